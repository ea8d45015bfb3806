import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { proveBatch } from "@tocsin/protocol/log/proof.ts";
import {
  appendBatch,
  batchLeaf,
  EMPTY_LOG,
  headOf,
  type AnchoredBatch,
  type LogState,
} from "@tocsin/protocol/log/state.ts";
import type { Database } from "../ports/database.ts";

const PAGE = 1_000;

/** The log as the relayer means it to be: the state and head after each of its batches, and proofs of them. */
export class LogHistory {
  readonly #operator: Uint8Array;
  #states: LogState[] = [EMPTY_LOG];
  #leaves: Uint8Array[] = [];
  readonly #sizeByHead = new Map<string, number>();

  constructor(operator: Uint8Array) {
    this.#operator = operator;
    this.#clear();
  }

  /** Replays every batch that the database holds. */
  static async replay(operator: Uint8Array, database: Database): Promise<LogHistory> {
    const history = new LogHistory(operator);
    await history.sync(database);
    return history;
  }

  /**
   * Takes in the batches that the database holds and the history does not: another process may have sealed them. Where
   * the database's batches are others than those known, the history is made anew.
   */
  async sync(database: Database): Promise<void> {
    const known = this.#leaves.length;
    const last = known === 0 ? undefined : (await database.batches(known - 1, 1))[0];
    const continues =
      known === 0 || (last !== undefined && equalBytes(batchLeaf(last), this.#leaves[known - 1]!));
    const missing: AnchoredBatch[] = [];
    for (let from = continues ? known : 0; ; from += PAGE) {
      const page = await database.batches(from, PAGE);
      missing.push(...page);
      if (page.length < PAGE) break;
    }
    // At one go: proofs are made between two steps of this.
    if (!continues) this.#clear();
    for (const batch of missing) this.add(batch);
  }

  /** The state with every batch, also those that are not anchored yet. */
  get state(): LogState {
    return this.stateAt(this.#leaves.length);
  }

  /** The state after the first `size` batches. */
  stateAt(size: number): LogState {
    return this.#states[size] as LogState;
  }

  add(batch: AnchoredBatch): void {
    const state = appendBatch(this.state, batch);
    this.#leaves.push(batchLeaf(batch));
    this.#states.push(state);
    this.#sizeByHead.set(toHex(headOf(this.#operator, state)), state.size);
  }

  /** How many of the relayer's batches a head on the chain stands for; undefined for a head it never made. */
  sizeOf(head: Uint8Array): number | undefined {
    return this.#sizeByHead.get(toHex(head));
  }

  /** The path from a batch up to its peak in the log of the first `size` batches. */
  prove(seq: number, size: number): Uint8Array[] {
    return proveBatch(this.#leaves.slice(0, size), seq);
  }

  #clear(): void {
    this.#states = [EMPTY_LOG];
    this.#leaves = [];
    this.#sizeByHead.clear();
    this.#sizeByHead.set(toHex(headOf(this.#operator, EMPTY_LOG)), 0);
  }
}
