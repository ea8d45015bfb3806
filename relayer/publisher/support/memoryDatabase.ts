/* eslint-disable @typescript-eslint/require-await -- ports are asynchronous, a stand-in that answers at once is not */
import { batchFileLength } from "@tocsin/protocol/batch/file.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { isFilterEntry } from "@tocsin/protocol/filter/batchFilter.ts";
import {
  DatabaseError,
  STATES,
  type Anchor,
  type Backlog,
  type BatchRecord,
  type BatchState,
  type Database,
  type EntryRecord,
  type NewEntry,
  type State,
  type StateCount,
  type TransactionRecord,
  type WaitingEntry,
} from "../../ports/database.ts";

/** What survives the processes: several MemoryDatabases may share one. */
export class MemoryStore {
  readonly entries = new Map<string, EntryRecord>();
  batches: BatchRecord[] = [];
  readonly transactions: TransactionRecord[] = [];
  identity: string | undefined;
  leader: MemoryDatabase | undefined;
}

/** The database of one process, in memory. What it gives is a copy; what the leader alone may do it refuses to others. */
export class MemoryDatabase implements Database {
  readonly #store: MemoryStore;

  constructor(store: MemoryStore = new MemoryStore()) {
    this.#store = store;
  }

  async addEntries(entries: readonly NewEntry[]): Promise<EntryRecord[]> {
    return entries.map((entry) => {
      const key = toHex(entry.leaf);
      if (!this.#store.entries.has(key)) this.#store.entries.set(key, structuredClone(entry));
      return structuredClone(this.#store.entries.get(key)!);
    });
  }

  async findEntry(leaf: Uint8Array): Promise<EntryRecord | undefined> {
    return structuredClone(this.#store.entries.get(toHex(leaf)));
  }

  async backlog(limit: number): Promise<Backlog> {
    const waiting = this.#waiting().slice(0, limit);
    const bytes = waiting.reduce((sum, { entry }) => sum + entry.length, 0);
    const oldest = Math.min(...waiting.map(({ receivedAt }) => receivedAt));
    return { count: waiting.length, bytes, ...(waiting.length > 0 ? { oldestReceivedAt: oldest } : {}) };
  }

  async unsealedEntries(maxBytes: number): Promise<WaitingEntry[]> {
    const fitting: WaitingEntry[] = [];
    let length = batchFileLength([]);
    for (const waiting of this.#waiting()) {
      length += batchFileLength([waiting.entry.length]) - batchFileLength([]);
      if (length > maxBytes) break;
      fitting.push(structuredClone({ entry: waiting.entry, receivedAt: waiting.receivedAt }));
    }
    return fitting;
  }

  async entriesOf(seq: number): Promise<EntryRecord[]> {
    return structuredClone([...this.#store.entries.values()].filter((entry) => entry.seq === seq));
  }

  async entryBytesOf(seq: number): Promise<Uint8Array[] | undefined> {
    const all = (await this.entriesOf(seq)).map(({ entry }) => entry);
    return all.every((entry) => entry !== undefined) ? all : undefined;
  }

  async countStates(): Promise<Record<State, StateCount>> {
    const counts = Object.fromEntries(STATES.map((state) => [state, { count: 0 }]));
    for (const { seq } of this.#store.entries.values()) {
      counts[seq === undefined ? "received" : this.#store.batches[seq]!.state]!.count++;
    }
    return counts as Record<State, StateCount>;
  }

  async lead(): Promise<boolean> {
    this.#store.leader ??= this;
    return this.#store.leader === this;
  }

  async addBatch(batch: BatchRecord, leaves: readonly Uint8Array[]): Promise<void> {
    this.#requireLead();
    if (batch.seq !== this.#store.batches.length) throw new Error(`batch ${batch.seq} is out of order`);
    const entries = leaves.map((leaf) => this.#store.entries.get(toHex(leaf)));
    for (const entry of entries) {
      if (!entry || entry.seq !== undefined) throw new Error("an entry is sealed twice, or unknown");
    }
    this.#store.batches.push(structuredClone(batch));
    for (const entry of entries) entry!.seq = batch.seq;
  }

  async batches(from: number, limit: number): Promise<BatchRecord[]> {
    return structuredClone(this.#store.batches.slice(from, from + limit));
  }

  async findBatch(cidDigest: Uint8Array): Promise<BatchRecord | undefined> {
    return structuredClone(
      this.#store.batches.find(({ cidDigest: file, filterDigest: filter }) =>
        [file, filter].some((digest) => digest && equalBytes(digest, cidDigest)),
      ),
    );
  }

  /** It keeps none. */
  async forgetDummies(): Promise<void> {
    this.#requireLead();
  }

  async batchesSealed(from: number, to: number): Promise<BatchRecord[]> {
    return structuredClone(this.#store.batches.filter(({ sealedAt }) => sealedAt >= from && sealedAt < to));
  }

  async firstOpen(): Promise<number> {
    const first = this.#store.batches.findIndex(({ state }) => state !== "finalized");
    return first === -1 ? this.#store.batches.length : first;
  }

  async setBatchState(seq: number, state: BatchState, anchor?: Anchor): Promise<void> {
    this.#requireLead();
    const { anchor: _, ...batch } = this.#store.batches[seq]!;
    this.#store.batches[seq] = { ...batch, state, ...(anchor ? { anchor: { ...anchor } } : {}) };
  }

  async addTransaction(transaction: TransactionRecord): Promise<void> {
    this.#requireLead();
    this.#store.transactions.push({ ...transaction });
  }

  async transactionsFrom(nonce: number): Promise<TransactionRecord[]> {
    return structuredClone(this.#store.transactions.filter((transaction) => transaction.nonce >= nonce));
  }

  async expiredBatches(sealedBefore: number, limit: number): Promise<BatchRecord[]> {
    const expired = this.#store.batches.filter(
      ({ state, isDeleted, sealedAt }) => state === "finalized" && !isDeleted && sealedAt < sealedBefore,
    );
    return structuredClone(expired.slice(0, limit));
  }

  async deleteBytes(seq: number): Promise<void> {
    this.#requireLead();
    this.#store.batches[seq]!.isDeleted = true;
    for (const entry of this.#store.entries.values()) if (entry.seq === seq) entry.entry = undefined;
  }

  async restoreBatch(batch: BatchRecord, entries: readonly NewEntry[]): Promise<void> {
    this.#requireLead();
    this.#store.batches[batch.seq] = structuredClone(batch);
    for (const entry of entries) this.#store.entries.set(toHex(entry.leaf), { ...entry, seq: batch.seq });
  }

  async unseal(seq: number): Promise<void> {
    this.#requireLead();
    this.#store.batches = this.#store.batches.slice(0, seq);
    for (const [leaf, entry] of this.#store.entries) {
      if (entry.seq === undefined || entry.seq < seq) continue;
      if (entry.entry && isFilterEntry(entry.entry)) this.#store.entries.delete(leaf);
      else delete entry.seq;
    }
  }

  async findDamage(): Promise<string[]> {
    return [];
  }

  async bind(identity: string): Promise<string> {
    return (this.#store.identity ??= identity);
  }

  async close(): Promise<void> {
    if (this.#store.leader === this) this.#store.leader = undefined;
  }

  /** Map keeps the order of insertion: oldest first. */
  #waiting(): NewEntry[] {
    return [...this.#store.entries.values()].filter(
      (entry): entry is NewEntry => entry.seq === undefined && entry.entry !== undefined,
    );
  }

  #requireLead(): void {
    if (this.#store.leader !== this) throw new DatabaseError("LEAD_LOST", "another process leads");
  }
}
