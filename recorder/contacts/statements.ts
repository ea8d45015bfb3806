import type BetterSqlite3 from "better-sqlite3";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";

const COLUMNS = "tcn, first_seen, last_seen, samples, measured, min_cm, sum_cm, revision";

export interface Row {
  tcn: Uint8Array;
  first_seen: number;
  last_seen: number;
  samples: number;
  measured: number;
  min_cm: number | null;
  sum_cm: number;
  revision: number;
}

/** A sample as a statement takes it. */
export interface Delta {
  tcn: Uint8Array;
  from: number;
  to: number;
  /** Whole centimetres; null where there is no distance. */
  cm: number | null;
  revision: number;
}

/** What tells one record from all others. */
export interface RecordKey {
  tcn: Uint8Array;
  first_seen: number;
}

/** All that is asked of the database, prepared once. */
export interface Statements {
  /** Adds to the newest record that the sample can belong to, where there is one. */
  grow: BetterSqlite3.Statement<[Delta & { span: number }]>;
  begin: BetterSqlite3.Statement<[Delta]>;
  latestRevision: BetterSqlite3.Statement<[], { latest: number }>;
  setLatestRevision: BetterSqlite3.Statement<[number]>;
  countBegun: BetterSqlite3.Statement<[number, number], { count: number }>;
  /** Records of one sample: some of those that began in a time, at random; the oldest of all. */
  momentsOf: BetterSqlite3.Statement<[number, number, number], RecordKey>;
  oldestMoments: BetterSqlite3.Statement<[number], RecordKey>;
  /** Deletes a record that still has one sample. */
  deleteMoment: BetterSqlite3.Statement<[RecordKey]>;
  summary: BetterSqlite3.Statement<[], { count: number; from: number | null; to: number | null }>;
  changedSince: BetterSqlite3.Statement<[number, number], Row>;
  page: BetterSqlite3.Statement<[number, Uint8Array, number], Row>;
  deleteOlder: BetterSqlite3.Statement<[number]>;
  deleteAll: BetterSqlite3.Statement<[]>;
}

export function prepareStatements(database: BetterSqlite3.Database): Statements {
  return {
    grow: database.prepare(`
      UPDATE contacts SET
        last_seen = max(last_seen, :to),
        samples = samples + 1,
        measured = measured + (:cm IS NOT NULL),
        min_cm = coalesce(min(min_cm, :cm), min_cm, :cm),
        sum_cm = sum_cm + coalesce(:cm, 0),
        revision = :revision
      WHERE tcn = :tcn AND :to - first_seen <= :span AND first_seen =
        (SELECT max(first_seen) FROM contacts WHERE tcn = :tcn AND first_seen <= :from)`),
    begin: database.prepare(`
      INSERT INTO contacts (${COLUMNS})
      VALUES (:tcn, :from, :to, 1, :cm IS NOT NULL, :cm, coalesce(:cm, 0), :revision)`),
    latestRevision: database.prepare("SELECT latest FROM revision"),
    setLatestRevision: database.prepare("INSERT OR REPLACE INTO revision VALUES (1, ?)"),
    countBegun: database.prepare("SELECT count(*) AS count FROM contacts WHERE first_seen BETWEEN ? AND ?"),
    momentsOf: database.prepare(`
      SELECT tcn, first_seen FROM contacts WHERE samples = 1 AND first_seen BETWEEN ? AND ?
      ORDER BY random() LIMIT ?`),
    oldestMoments: database.prepare(
      "SELECT tcn, first_seen FROM contacts WHERE samples = 1 ORDER BY first_seen LIMIT ?",
    ),
    deleteMoment: database.prepare(
      "DELETE FROM contacts WHERE tcn = :tcn AND first_seen = :first_seen AND samples = 1",
    ),
    summary: database.prepare(`
      SELECT (SELECT count(*) FROM contacts) AS count, (SELECT min(first_seen) FROM contacts) AS "from",
        (SELECT max(last_seen) FROM contacts) AS "to"`),
    changedSince: database.prepare(
      `SELECT ${COLUMNS} FROM contacts WHERE revision > ? ORDER BY revision LIMIT ?`,
    ),
    page: database.prepare(
      `SELECT ${COLUMNS} FROM contacts WHERE (first_seen, tcn) > (?, ?) ORDER BY first_seen, tcn LIMIT ?`,
    ),
    deleteOlder: database.prepare("DELETE FROM contacts WHERE last_seen < ?"),
    deleteAll: database.prepare("DELETE FROM contacts"),
  };
}

export function toRecord(row: Row): ContactRecord {
  return {
    tcn: new Uint8Array(row.tcn),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    ...(row.min_cm === null
      ? {}
      : { minDistance: row.min_cm / 100, averageDistance: Math.round(row.sum_cm / row.measured) / 100 }),
    samples: row.samples,
  };
}
