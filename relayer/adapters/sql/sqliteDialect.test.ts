import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogSync } from "./logSync.ts";
import { RelayerSqliteDialect, type Sync } from "./sqliteDialect.ts";

interface Numbers {
  numbers: { n: number };
}

let folder: string;
let sqlite: BetterSqlite3.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-sqlite-"));
  sqlite = new BetterSqlite3(join(folder, "test.sqlite"));
  sqlite.pragma("journal_mode = WAL");
  sqlite.exec("create table numbers (n integer)");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open = (log: Sync): Kysely<Numbers> =>
  new Kysely<Numbers>({ dialect: new RelayerSqliteDialect(sqlite, log) });
const add = (db: Kysely<Numbers>, n: number): Promise<void> =>
  db.transaction().execute(async (transaction) => {
    await transaction.insertInto("numbers").values({ n }).execute();
  });

test("a transaction ends when its commit is synced, and not before", async () => {
  const order: string[] = [];
  let release = (): void => undefined;
  const db = open({
    sync: () => {
      order.push(`sync of ${String(sqlite.prepare("select count(*) from numbers").pluck().get())}`);
      return new Promise((resolve) => (release = resolve));
    },
    close: () => Promise.resolve(),
  });
  const added = add(db, 1).then(() => order.push("ended"));
  while (order.length === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(order).toEqual(["sync of 1"]);
  release();
  await added;
  expect(order).toEqual(["sync of 1", "ended"]);
  await db.destroy();
});

test("once the log could not be synced nothing is acknowledged any more", async () => {
  const file = join(folder, "test.sqlite");
  const log = new LogSync(file);
  const db = open(log);
  await add(db, 1);
  expect(existsSync(`${file}-wal`)).toBe(true);
  await db.destroy();
  // The database is gone, and its log with it.
  await expect(log.sync()).rejects.toThrow("ENOENT");
  await expect(log.sync()).rejects.toThrow("ENOENT");
});
