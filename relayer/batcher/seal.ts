import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import {
  batchFileLength,
  encodeBatchFile,
  MAX_BATCH_FILE_LENGTH,
  sortEntries,
  type Batch,
} from "@tocsin/protocol/batch/file.ts";
import { filterEntry } from "@tocsin/protocol/entry/entry.ts";
import { MAX_BATCH_TCNS } from "@tocsin/protocol/match/limits.ts";
import { readRatchet } from "@tocsin/protocol/match/readRatchet.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import type { Clock } from "../ports/clock.ts";
import type { Backlog, BatchRecord, Database, WaitingEntry } from "../ports/database.ts";
import { FilterError, type FilterMaker } from "../ports/filterMaker.ts";
import type { LogHistory } from "../publisher/history.ts";
import { withFilter } from "./rebuild.ts";

export interface SealOptions {
  /** Seconds from one turn to the next: turns are the multiples of this in unix time. */
  sealEvery: number;
  /** The fewest waiting reports that are sealed in their turn. */
  sealAtLeast: number;
  /** Seconds after which even fewer are sealed in their turn. */
  sealWithin: number;
  /** Waiting reports that are sealed without waiting for their turn. */
  sealAt: number;
}

/** How long a report may wait until it is sealed, seconds: what receipts promise should leave time after it. */
export function longestWait({ sealEvery, sealAtLeast, sealWithin }: SealOptions): number {
  return sealAtLeast === 1 ? sealEvery : sealWithin + sealEvery;
}

/** What reports may take of a batch file: the entry that names the filter has room beside them. */
const MAX_REPORTS_LENGTH =
  MAX_BATCH_FILE_LENGTH - (batchFileLength([filterEntry(new Uint8Array(32)).length]) - batchFileLength([]));
/** Batches that one round seals at most: between them the chain is looked after. */
const LONGEST_RUN = 32;
/** A file of the shortest reports holds fewer: a backlog that is counted so far shows whether a file is full. */
const ENTRIES_OF_A_FILE = 8_192;

/**
 * Seals waiting entries on a schedule, so that the time of a batch tells nothing about when one of its reports came:
 * at its turn everything that waits, between turns only what fills a batch. It never seals because one report came.
 */
export class Sealer {
  readonly #database: Database;
  readonly #history: LogHistory;
  readonly #filters: FilterMaker;
  readonly #clock: Clock;
  readonly #options: SealOptions;
  /** The turn in which it looked last. */
  #turn: number | undefined;
  /** Whether everything that waits is being sealed. */
  #isTurn = false;

  constructor(
    database: Database,
    history: LogHistory,
    filters: FilterMaker,
    clock: Clock,
    options: SealOptions,
  ) {
    this.#database = database;
    this.#history = history;
    this.#filters = filters;
    this.#clock = clock;
    this.#options = options;
  }

  /**
   * Seals what is due, batch after batch. From then on a batch is immutable: its file and its filter's follow from its
   * entries alone, so they can be built again after a crash.
   * @param onSealed called for every batch once it is durable
   */
  async round(onSealed: (batch: BatchRecord) => void): Promise<void> {
    for (let sealed = 0; sealed < LONGEST_RUN; sealed++) {
      const backlog = await this.#database.backlog(Math.max(this.#options.sealAt, ENTRIES_OF_A_FILE));
      this.#look(backlog);
      if (backlog.count === 0) this.#isTurn = false;
      if (!this.#isTurn && backlog.count < this.#options.sealAt && !fillsFile(backlog)) return;
      const batch = await this.#seal();
      if (!batch) return;
      onSealed(batch);
      // A database that answers at once would keep every request waiting until the last batch.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Sees whether the turn has changed, in either direction: clocks jump. */
  #look(backlog: Backlog): void {
    const { sealEvery, sealAtLeast, sealWithin } = this.#options;
    const now = this.#clock.now();
    const turn = Math.floor(now / sealEvery);
    const { count, oldestReceivedAt = now } = backlog;
    // A process that just began may have missed a turn, if one has passed since the oldest report came.
    const before = this.#turn ?? Math.floor(oldestReceivedAt / sealEvery);
    this.#turn = turn;
    if (turn === before) return;
    const waited = now - oldestReceivedAt;
    this.#isTurn = count >= sealAtLeast || waited >= sealWithin || waited < 0;
  }

  async #seal(): Promise<BatchRecord | undefined> {
    const entries = withinCap(await this.#database.unsealedEntries(MAX_REPORTS_LENGTH));
    if (entries.length === 0) return undefined;
    const { size, total } = this.#history.state;
    const [previous] = size === 0 ? [] : await this.#database.batches(size - 1, 1);
    const reports = sortEntries(entries.map(({ entry }) => entry));
    const filterDigest = await this.#filterDigestOf(reports);
    const sorted = withFilter(reports, filterDigest);
    const batch: BatchRecord = {
      seq: size,
      firstIndex: total,
      count: sorted.entries.length,
      root: rootOf(sorted.leaves),
      cidDigest: await digestFile(encodeBatchFile(sorted)),
      state: "sealed",
      sealedAt: Math.max(this.#clock.now(), previous?.sealedAt ?? 0),
      oldestReceivedAt: entries.reduce((oldest, { receivedAt }) => Math.min(oldest, receivedAt), Infinity),
      isDeleted: false,
      ...(filterDigest ? { filterDigest } : {}),
    };
    await this.#database.addBatch(batch, reports.leaves);
    this.#history.add(batch);
    return batch;
  }

  /** A batch may go without a filter. One that waited for it might miss the deadlines that were promised. */
  async #filterDigestOf(reports: Batch): Promise<Uint8Array | undefined> {
    try {
      const file = await this.#filters.make(reports);
      return file && (await digestFile(file));
    } catch (error) {
      if (error instanceof FilterError) return undefined;
      throw error;
    }
  }
}

/** The first entries whose reports ask for no more TCNs together than readers derive for one batch; the rest waits. */
function withinCap(entries: readonly WaitingEntry[]): readonly WaitingEntry[] {
  let tcns = 0;
  const end = entries.findIndex(({ entry }) => {
    tcns += readRatchet(entry)?.span ?? 0;
    return tcns > MAX_BATCH_TCNS;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

function fillsFile({ count, bytes }: Backlog): boolean {
  return batchFileLength([bytes]) + 2 * (count - 1) >= MAX_REPORTS_LENGTH;
}
