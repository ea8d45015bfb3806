import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import type { SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { leafHashes } from "@tocsin/protocol/tree/hash.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, EntryRecord, NewEntry } from "../ports/database.ts";
import type { Promised, ReceiptSigner } from "../ports/receiptSigner.ts";
import type { SignatureVerifier } from "../ports/signatureVerifier.ts";
import { filterReport, type IntakePolicy } from "./filters.ts";
import { GroupCommit } from "./groupCommit.ts";
import { RandomPool } from "./randomPool.ts";
import { IntakeRefusal } from "./refusal.ts";
import { SAMPLE_REPORT } from "./sampleReport.ts";

/** Uploads that may be under way at once; each holds some kilobytes. */
export const MAX_PENDING = 10_000;
const OVERLOAD_PAUSE_S = 5;

export interface IntakeOptions extends IntakePolicy {
  /** Seconds within which a receipt promises that its entry is anchored. */
  anchorWithin: number;
}

export interface IntakeParts {
  database: Pick<Database, "addEntries">;
  verifier: SignatureVerifier;
  signer: ReceiptSigner;
  clock: Clock;
  /** Time of the newest block that was seen, unix seconds; undefined before the first. */
  chainTime(): number | undefined;
}

/** Takes reports in: filters, keeps, then promises. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #options: IntakeOptions;
  readonly #commit: GroupCommit;
  readonly #random = new RandomPool();
  #pending = 0;

  constructor(parts: IntakeParts, options: IntakeOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#commit = new GroupCommit(parts.database);
  }

  /**
   * Accepts a signed report. The entry is durable when this resolves, and only then is its receipt to be signed; the
   * same report sent again is the same entry.
   * @throws as filterReport, IntakeRefusal OVERLOADED, DatabaseError; nothing of a refused report is kept
   */
  accept(report: Uint8Array): Promise<EntryRecord> {
    return this.#bounded(async () => this.#commit.add(await this.#prepare(report)));
  }

  /**
   * Does for a dummy what is done for a report, check for check and write for write, and keeps nothing.
   * @returns what looks like a new report's receipt. It is for a random leaf, and the operator did not sign it: it
   *   promises nothing that anybody could demand
   * @throws IntakeRefusal OVERLOADED, DatabaseError, VerifierError, SignerError
   */
  acceptDummy(): Promise<SignedReceipt> {
    return this.#bounded(async () => {
      const sample = await this.#prepare(SAMPLE_REPORT);
      // Random, for a database that finds the same bytes there already has nothing to write.
      await this.#commit.addDummy(this.#random.take(sample.entry.length));
      const leaf = this.#random.take(32);
      return this.#parts.signer.signDecoy({ leaf, deadline: sample.deadline });
    });
  }

  /** The receipt of a kept entry: the same one every time. @throws SignerError */
  receiptOf(entry: Promised): Promise<SignedReceipt> {
    return this.#parts.signer.sign(entry);
  }

  async #prepare(report: Uint8Array): Promise<NewEntry> {
    await filterReport(report, this.#options, this.#parts.verifier);
    const entry = reportEntry(report);
    const receivedAt = this.#parts.clock.now();
    // The chain judges the deadline by its own time, which may be ahead of this machine's.
    const from = Math.max(receivedAt, this.#parts.chainTime() ?? 0);
    const [leaf] = leafHashes([entry]) as [Uint8Array];
    return { leaf, entry, receivedAt, deadline: from + this.#options.anchorWithin };
  }

  /** More uploads than the relayer gets through must not fill its memory. */
  async #bounded<T>(take: () => Promise<T>): Promise<T> {
    if (this.#pending >= MAX_PENDING) {
      throw new IntakeRefusal("OVERLOADED", "too many uploads are under way", {
        retryAfter: OVERLOAD_PAUSE_S,
      });
    }
    this.#pending++;
    try {
      return await take();
    } finally {
      this.#pending--;
    }
  }
}
