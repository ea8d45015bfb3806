import { buildBatch, type BuiltBatch } from "../../batch/build.ts";
import { cidOf } from "../../batch/cid.ts";
import { cidDigestOf } from "../../batch/digest.ts";
import { sortEntries } from "../../batch/file.ts";
import { toHex } from "../../bytes/hex.ts";
import { filterEntry, reportEntry } from "../../entry/entry.ts";
import { filterOfBatch, isFilterEntry } from "../../filter/batchFilter.ts";
import { encodeFilterFile } from "../../filter/file.ts";
import { sharedKernel } from "../../kernel/sharedKernel.ts";
import type { Proof } from "../../log/proofFile.ts";
import type { ContactRecord } from "../../match/contactRecords.ts";
import { ContactTable } from "../../match/contactTable.ts";
import { createSignedReport, type ReportContent } from "../../report/create.ts";
import type { SignedReport } from "../../report/report.ts";
import { tcnOf } from "../../tcn/ratchet.ts";
import { tckAt } from "../../tcn/rak.ts";
import type { CheckInput } from "../checkExposures.ts";
import type { Fetch } from "../fetchBytes.ts";
import type { MatchedReport } from "../matchedReport.ts";
import { FAKE_CHAIN_ID, FakeChain } from "./fakeChain.ts";

export const GATEWAY = "https://gateway.example";
export const OPERATOR = new Uint8Array(20).fill(0x0e);
export const LOG_ID = 1;

/** One relayer's log on a chain in memory, and a gateway that serves its batches. */
export class Community {
  readonly chain = new FakeChain();
  readonly batches: BuiltBatch[] = [];
  readonly #files = new Map<string, Uint8Array>();
  readonly #proofs = new Map<string, string>();

  constructor() {
    this.open();
  }

  /** Opens the log in a block of its own. */
  open(): void {
    this.chain.mine(10, { name: "open", logId: LOG_ID, operator: OPERATOR });
  }

  /** Anchors a batch of these entries in a block of its own. */
  publish(timestamp: number, ...entries: Uint8Array[]): BuiltBatch {
    const batch = buildBatch(entries);
    this.batches.push(batch);
    this.#files.set(cidOf(batch.cidDigest), batch.file);
    this.chain.mine(timestamp, {
      name: "append",
      logId: LOG_ID,
      batch: { root: batch.tree.root, cidDigest: batch.cidDigest, count: batch.entries.length },
    });
    return batch;
  }

  /** As publish, with the batch's filter. */
  publishFiltered(timestamp: number, ...entries: Uint8Array[]): BuiltBatch {
    const filter = filterOfBatch(sortEntries(entries), sharedKernel());
    const file = filter && encodeFilterFile(filter);
    if (!file) throw new Error("a batch of a test has no filter");
    const digest = cidDigestOf(file);
    const batch = this.publish(timestamp, ...entries, filterEntry(digest));
    const index = batch.entries.findIndex(isFilterEntry);
    const path = batch.tree.path(index).map(toHex);
    const proof = JSON.stringify({ digest: toHex(digest), index, path });
    this.#files.set(cidOf(digest), file);
    this.#proofs.set(`/v1/batches/${this.batches.length - 1}/filter`, proof);
    return batch;
  }

  /** Sends these entries to the contract without a relayer, in a block of their own. */
  submitDirect(timestamp: number, ...entries: Uint8Array[]): void {
    this.chain.mine(
      timestamp,
      ...entries.map((entry) => ({ name: "submitDirect", logId: LOG_ID, entry }) as const),
    );
  }

  readonly fetch: Fetch = (url) => {
    const { origin, pathname } = new URL(url);
    const served = this.#files.get(pathname.replace("/ipfs/", "")) ?? this.#proofs.get(pathname);
    const file = typeof served === "string" ? served : served && new Uint8Array(served);
    return Promise.resolve(
      file && origin === GATEWAY ? new Response(file) : new Response("not here", { status: 404 }),
    );
  };

  /** The input of a check that all parts of this community answer honestly. */
  checkOf(...contacts: ContactRecord[]): CheckInput {
    return {
      rpc: this.chain.rpc,
      fetch: this.fetch,
      source: { chainId: FAKE_CHAIN_ID, registry: this.chain.registry, logId: LOG_ID },
      gateways: [GATEWAY],
      contacts: ContactTable.from(contacts),
    };
  }
}

/** A rak that tests can tell from others. */
export function rakOf(person: number): Uint8Array {
  return new Uint8Array(32).fill(person);
}

export function reportOf(
  person: number,
  j1: number,
  j2: number,
  content?: Partial<ReportContent>,
): SignedReport {
  return createSignedReport(rakOf(person), { j1, j2, memoType: 0, memo: new Uint8Array(20), ...content });
}

export function entryOf(person: number, j1: number, j2: number): Uint8Array {
  return reportEntry(reportOf(person, j1, j2).bytes);
}

/** The proof of a report that came in a batch. */
export function proofOf(report: MatchedReport | undefined): Proof {
  if (report?.lane !== "batch") throw new Error("the report did not come in a batch");
  return report.proof;
}

/** What the Bluetooth layer records of a person's TCN of this index. */
export function contactOf(person: number, index: number, firstSeen: number, lastSeen: number): ContactRecord {
  return { tcn: tcnOf(tckAt(rakOf(person), index)), firstSeen, lastSeen, samples: 3 };
}
