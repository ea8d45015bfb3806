import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { isFilterEntry } from "@tocsin/protocol/filter/batchFilter.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { fetchBatchFile } from "@tocsin/protocol/check/fetchBatch.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { getBlock, type Rpc } from "@tocsin/protocol/check/rpc.ts";
import type { AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import { readReceipt, verifyReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { addressBytes, type TestLog } from "./deploy.ts";
import { randomReport, reportsByState, submit, until, type Submission } from "./relayerBench.ts";

/** What was found when everything was anchored, in reports: the entries that name filters are nobody's. */
export interface Balance {
  acknowledged: number;
  anchored: number;
  batches: number;
}

/** Every receipt that relayers gave, to hold them to it in the end. */
export class Ledger {
  readonly receipts = new Map<string, SignedReceipt>();

  /** Submits a new report and keeps its receipt. @returns the answer; none of a relayer that died: it promised nothing */
  async offer(url: string): Promise<Submission | undefined> {
    const answer = await submit(url, randomReport()).catch(() => undefined);
    if (answer?.status === 202) this.receipts.set(String(answer.json.leaf), readReceipt(answer.json.receipt));
    return answer;
  }

  /** Submits a new report. @returns whether it was acknowledged */
  async submit(url: string): Promise<boolean> {
    return (await this.offer(url))?.status === 202;
  }

  /**
   * Submits one report after the other until told to stop.
   * @param url undefined while the relayer is known to be away: somebody else may have its port by then
   */
  async keepSubmitting(url: () => string | undefined, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const to = url();
      // A relayer that is away answers at once: without a pause this would be all that the machine does.
      if (to === undefined || !(await this.submit(to)))
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /**
   * Reads the log as anybody would until every acknowledged report is anchored; the test's own time limit ends it
   * otherwise. @throws where a report is anchored twice or later than promised, or a receipt does not hold
   */
  async settle(rpc: Rpc, log: TestLog, url: string): Promise<Balance> {
    const files = new Map<string, string[]>();
    const leavesOf = async ({ cidDigest }: AnchoredBatch): Promise<string[]> => {
      const cid = toHex(cidDigest);
      const known = files.get(cid);
      if (known) return known;
      const { file } = await fetchBatchFile(fetch, [url], cidDigest);
      const batch = decodeBatchFile(file);
      const leaves = batch.leaves.filter((_, i) => !isFilterEntry(batch.entries[i]!)).map(toHex);
      files.set(cid, leaves);
      return leaves;
    };
    const source = { registry: addressBytes(log.registry), logId: log.logId };
    const { anchoredAt, batches } = await until(
      async () => {
        const { batches } = await readLog(rpc, source);
        const anchoredAt = new Map<string, number>();
        for (const batch of batches) {
          const { timestamp } = await getBlock(rpc, batch.blockNumber);
          for (const leaf of await leavesOf(batch)) {
            if (anchoredAt.has(leaf)) throw new Error(`${leaf} is anchored twice`);
            anchoredAt.set(leaf, timestamp);
          }
        }
        return { anchoredAt, batches: batches.length };
      },
      ({ anchoredAt: anchored }) => [...this.receipts.keys()].every((leaf) => anchored.has(leaf)),
    );
    this.#hold(anchoredAt, addressBytes(log.operator.address));
    return { acknowledged: this.receipts.size, anchored: anchoredAt.size, batches };
  }

  #hold(anchoredAt: ReadonlyMap<string, number>, operator: Uint8Array): void {
    for (const [leaf, receipt] of this.receipts) {
      verifyReceipt(receipt, operator);
      if (anchoredAt.get(leaf)! > receipt.deadline) {
        throw new Error(`${leaf} was anchored after its receipt's deadline`);
      }
    }
  }
}

/** Waits until every report that a relayer holds is anchored. */
export async function untilAnchored(url: string): Promise<void> {
  await until(
    () => reportsByState(url),
    ({ received, sealed, stored, posted }) => received + sealed + stored + posted === 0,
  );
}
