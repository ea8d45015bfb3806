import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { receiptDigest, type Receipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, EntryRecord } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { filterReport, type IntakePolicy } from "./filters.ts";

export interface IntakeOptions extends IntakePolicy {
  /** Seconds within which a receipt promises that its entry is anchored. */
  anchorWithin: number;
}

/** Takes reports in: filters, keeps, then promises. */
export class Intake {
  readonly #database: Database;
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #options: IntakeOptions;

  constructor(database: Database, registry: Registry, clock: Clock, options: IntakeOptions) {
    this.#database = database;
    this.#registry = registry;
    this.#clock = clock;
    this.#options = options;
  }

  /**
   * Accepts a signed report. The entry is durable when this resolves, and only then is its receipt to be signed; the
   * same report sent again is the same entry. @throws as filterReport; nothing of a refused report is kept
   */
  async accept(bytes: Uint8Array): Promise<EntryRecord> {
    await filterReport(bytes, this.#options);
    const entry = reportEntry(bytes);
    const receivedAt = this.#clock.now();
    return this.#database.addEntry({
      leaf: leafHash(entry),
      entry,
      receivedAt,
      deadline: receivedAt + this.#options.anchorWithin,
    });
  }

  /** The receipt of a kept entry. Signing is deterministic: it is the same one every time. */
  receiptOf(entry: EntryRecord): SignedReceipt {
    const { chainId, address, logId } = this.#registry;
    const receipt: Receipt = {
      chainId,
      registry: address,
      logId,
      leaf: entry.leaf,
      deadline: entry.deadline,
    };
    return { ...receipt, signature: this.#registry.signDigest(receiptDigest(receipt)) };
  }
}
