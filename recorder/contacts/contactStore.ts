import type BetterSqlite3 from "better-sqlite3";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";
import { openDatabase, toRecorderError } from "./database.ts";
import { Room } from "./room.ts";
import type { ContactSample } from "./samples.ts";
import { prepareStatements, toRecord, type Delta, type Statements } from "./statements.ts";

/** Seconds for which sightings of one number are one record: twice as long as a number is on air. */
const RECORD_SPAN = 1_800;
/** Records that `all` reads at a time. */
const PAGE = 1_000;

/** How many records there are, and the first and the last sighting in unix seconds where there is any. */
export interface ContactSummary {
  count: number;
  from?: number;
  to?: number;
}

/**
 * The contact records of this machine, in an SQLite file that other processes may read, and delete from, at any time. A
 * number that is sighted later than half an hour after its record began begins another: whoever repeats a number makes
 * no contact longer. Every method throws DATA_FOLDER_UNUSABLE or DATABASE_DAMAGED where the file fails.
 */
export class ContactStore {
  readonly #file: string;
  readonly #database: BetterSqlite3.Database;
  readonly #statements: Statements;
  readonly #mergeAll: BetterSqlite3.Transaction<(samples: readonly ContactSample[], now: number) => number>;
  #lost = 0;

  private constructor(file: string, database: BetterSqlite3.Database) {
    this.#file = file;
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#mergeAll = database.transaction((samples, now) => this.#merge(samples, now));
  }

  /** Opens or creates the file. @throws DATABASE_DAMAGED, DATABASE_OF_NEWER_VERSION, DATA_FOLDER_UNUSABLE */
  static open(file: string): ContactStore {
    return new ContactStore(file, openDatabase(file));
  }

  /** Samples that there was no room for since the file was opened: refused ones, and those that made room for others. */
  get refused(): number {
    return this.#lost;
  }

  /** Adds samples to the records, all of them or none. @param now unix seconds */
  merge(samples: readonly ContactSample[], now: number): void {
    if (samples.length === 0) return;
    this.#lost += this.#try(() => this.#mergeAll.immediate(samples, now));
  }

  /**
   * Records that changed after a revision, in the order of their changes.
   * @param limit of the records; `more` tells whether there are others
   * @returns the revision to go on from
   */
  changedSince(
    revision: number,
    limit: number,
  ): { contacts: ContactRecord[]; revision: number; more: boolean } {
    const rows = this.#try(() => this.#statements.changedSince.all(revision, limit + 1));
    const some = rows.slice(0, limit);
    return {
      contacts: some.map(toRecord),
      revision: some.at(-1)?.revision ?? revision,
      more: rows.length > some.length,
    };
  }

  /** All records, in the order in which they began. */
  *all(): Generator<ContactRecord, void, undefined> {
    let last: ContactRecord | undefined;
    do {
      const { firstSeen, tcn } = last ?? { firstSeen: -1, tcn: new Uint8Array() };
      const records = this.#try(() => this.#statements.page.all(firstSeen, tcn, PAGE).map(toRecord));
      yield* records;
      last = records.at(-1);
    } while (last !== undefined);
  }

  summary(): ContactSummary {
    const { count, from, to } = this.#try(() => this.#statements.summary.get())!;
    return { count, ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
  }

  /** Deletes what is past the retention time. How many. @param now unix seconds */
  purge(now: number): number {
    return this.#delete(() => this.#statements.deleteOlder.run(Math.floor(now) - RETENTION));
  }

  /** Deletes all. How many. */
  erase(): number {
    return this.#delete(() => this.#statements.deleteAll.run());
  }

  close(): void {
    this.#database.close();
  }

  /** @returns how many samples there was no room for */
  #merge(samples: readonly ContactSample[], now: number): number {
    const { grow, begin, latestRevision, setLatestRevision } = this.#statements;
    // No less than the time: they rise even where the file was begun anew, or lost its last seconds, or is an older copy.
    let revision = Math.max(latestRevision.get()?.latest ?? 0, Math.floor(now) * 1_000);
    const room = new Room(this.#statements, samples.length, now);
    for (const { tcn, from, to, distance } of samples) {
      const cm = distance === undefined ? null : Math.round(100 * distance);
      const delta: Delta = { tcn, from, to, cm, revision: revision + 1 };
      if (grow.run({ ...delta, span: RECORD_SPAN }).changes === 0) {
        if (!room.take()) continue;
        begin.run(delta);
      }
      revision++;
    }
    setLatestRevision.run(revision);
    return room.lost;
  }

  /** What was deleted is neither in the file nor in the log beside it afterwards, unless somebody reads at that time. */
  #delete(run: () => BetterSqlite3.RunResult): number {
    return this.#try(() => {
      const { changes } = run();
      if (changes > 0) this.#database.pragma("wal_checkpoint(TRUNCATE)");
      return changes;
    });
  }

  #try<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw toRecorderError(this.#file, error);
    }
  }
}
