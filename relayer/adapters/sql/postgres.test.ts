import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newBatch, newEntry } from "../../../test/support/databases.ts";
import { startPostgres, type Postgres } from "../../../test/support/postgres.ts";
import type { NewEntry } from "../../ports/database.ts";
import type { SqlDatabase } from "./database.ts";
import { openPostgres } from "./postgres.ts";

let postgres: Postgres;
const opened: SqlDatabase[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

/** One process's database, bound to its log. */
async function open(url: string, identity = "a log"): Promise<SqlDatabase> {
  const database = await openPostgres(url);
  opened.push(database);
  await database.bind(identity);
  return database;
}

/** Asks until the database leads; the test's own time limit ends it otherwise. */
async function untilLeads(database: SqlDatabase): Promise<void> {
  while (!(await database.lead())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const LOST = { name: "DatabaseError", code: "LEAD_LOST" };

describe("a server that fails", () => {
  // First: the more databases a server has, the longer it takes to recover.
  test("crashes: all that was acknowledged is there, and the same objects go on", async () => {
    // A server that would acknowledge before it has written is told not to.
    await postgres.query("alter system set synchronous_commit = off");
    await postgres.query("select pg_reload_conf()");
    const database = await open(postgres.url);
    await database.lead();
    const kept: NewEntry[] = [];
    for (let i = 0; i < 20; i++) {
      const group = Array.from({ length: 10 }, () => newEntry());
      await database.addEntries(group, [group[0]!.entry]);
      kept.push(...group);
    }
    await postgres.crash();
    const failure = await database.addEntries([newEntry()], []).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "DatabaseError", code: "DATABASE_UNAVAILABLE" });
    expect((failure as Error).message).not.toMatch(/127\.0\.0\.1|postgres:|tocsin_/);
    await expect(database.unseal(0)).rejects.toMatchObject(LOST);
    await expect(database.lead()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    await postgres.start();
    expect(await database.unsealedEntries(1_048_576)).toHaveLength(kept.length);
    expect(await database.addEntries(kept, [])).toHaveLength(kept.length);
    expect((await database.backlog(1_000)).count).toBe(kept.length);
    expect(await database.lead()).toBe(true);
    await database.unseal(0);
    await postgres.query("alter system reset synchronous_commit");
  });

  test("ends sessions: the next group is kept", async () => {
    const url = await postgres.newDatabase();
    const database = await open(url);
    await database.addEntries([newEntry()], []);
    await postgres.terminateConnections("tocsin", url);
    const results = await Promise.allSettled([database.addEntries([newEntry()], [])]);
    if (results[0].status === "rejected")
      expect(results[0].reason).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    const entry = newEntry();
    expect(await database.addEntries([entry], [])).toEqual([entry]);
  });

  test("has no room: the group is refused whole", async () => {
    const url = await postgres.newDatabase();
    const database = await open(url);
    await postgres.query(
      `create function no_room() returns trigger language plpgsql as
       'begin raise exception using errcode = ''disk_full'', message = ''could not extend file''; end'`,
      url,
    );
    await postgres.query(
      `create constraint trigger no_room after insert on entries deferrable initially deferred
       for each row execute function no_room()`,
      url,
    );
    const entry = newEntry();
    await expect(database.addEntries([newEntry(), entry], [])).rejects.toMatchObject({
      code: "STORAGE_FULL",
    });
    await postgres.query("drop trigger no_room on entries", url);
    expect(await database.findEntry(entry.leaf)).toBeUndefined();
    expect(await database.addEntries([entry], [])).toEqual([entry]);
    expect((await database.backlog(10)).count).toBe(1);
  });

  test("is a standby that only reads: unavailable", async () => {
    const url = await postgres.newDatabase();
    const database = await open(url);
    await postgres.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tocsin' and datname = current_database()",
      url,
    );
    await postgres.query(
      `alter role tocsin in database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`,
      url,
    );
    const failures = await Promise.allSettled([1, 2].map(() => database.addEntries([newEntry()], [])));
    for (const failure of failures)
      expect(failure).toMatchObject({ reason: { code: "DATABASE_UNAVAILABLE" } });
  });
});

describe("two relayers on one database", () => {
  let url: string;
  let first: SqlDatabase;
  let second: SqlDatabase;

  beforeEach(async () => {
    url = await postgres.newDatabase();
    // At once, so that both find no tables.
    [first, second] = await Promise.all([open(url), open(url)]);
  });

  test("both accept, and answer a repetition alike", async () => {
    const entries = Array.from({ length: 300 }, () => newEntry());
    const late = entries.map((entry) => ({ ...entry, deadline: 99_999 })).toReversed();
    const [a, b] = await Promise.all([first.addEntries(entries, []), second.addEntries(late, [])]);
    expect(b.toReversed()).toEqual(a);
    expect(await first.backlog(1_000)).toMatchObject({ count: 300 });
    expect(await second.unsealedEntries(1_048_576)).toHaveLength(300);
  });

  test("one leads, and only it writes", async () => {
    const entry = newEntry();
    await second.addEntries([entry], []);
    expect(await first.lead()).toBe(true);
    expect(await first.lead()).toBe(true);
    expect(await second.lead()).toBe(false);
    await expect(second.addBatch(newBatch(0, [entry]), [entry.leaf])).rejects.toMatchObject(LOST);
    await expect(second.setBatchState(0, "posted")).rejects.toMatchObject(LOST);
    await expect(second.deleteBytes(0)).rejects.toMatchObject(LOST);
    await expect(second.unseal(0)).rejects.toMatchObject(LOST);
    await first.addBatch(newBatch(0, [entry]), [entry.leaf]);
    expect(await second.batches(0, 1)).toEqual([newBatch(0, [entry])]);
  });

  test("when the leader's connection is lost, it can't write any more and the other leads", async () => {
    const entries = [newEntry(), newEntry()] as [NewEntry, NewEntry];
    await first.addEntries(entries, []);
    await first.lead();
    expect(await second.lead()).toBe(false);
    expect(await postgres.terminateConnections("tocsin leader", url)).toBe(2);
    await untilLeads(second);
    const batch = newBatch(0, [entries[0]]);
    await expect(first.addBatch(batch, [entries[0].leaf])).rejects.toMatchObject(LOST);
    await expect(first.addBatch(batch, [entries[0].leaf])).rejects.toMatchObject(LOST);
    expect(await first.lead()).toBe(false);
    await second.addBatch(newBatch(0, [entries[1]]), [entries[1].leaf]);
    expect(await first.batches(0, 10)).toEqual([newBatch(0, [entries[1]])]);
    await second.close();
    await untilLeads(first);
    await first.addBatch(newBatch(1, [entries[0]]), [entries[0].leaf]);
  });

  test("a leader whose connection is cut amid a write loses the lead, and nothing is written", async () => {
    await first.lead();
    const entries = Array.from({ length: 3_000 }, () => newEntry());
    await first.addEntries(entries, []);
    const leaves = entries.map(({ leaf }) => leaf);
    // Whoever holds this row keeps the batch from being written.
    const blocker = new pg.Client({ connectionString: url });
    await blocker.connect();
    await blocker.query("begin");
    await blocker.query("select * from entries limit 1 for update");
    const writing = first.addBatch(newBatch(0, entries), leaves);
    writing.catch(() => undefined);
    const waits =
      "select 1 from pg_stat_activity where application_name = 'tocsin leader' and wait_event_type = 'Lock'";
    while ((await postgres.query(waits, url)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await postgres.terminateConnections("tocsin leader", url);
    await expect(writing).rejects.toMatchObject(LOST);
    expect(await second.batches(0, 1)).toEqual([]);
    await untilLeads(second);
    await blocker.end();
  });

  test("of another log on the same server each leads its own", async () => {
    const other = await open(await postgres.newDatabase(), "another log");
    expect(await first.lead()).toBe(true);
    expect(await other.lead()).toBe(true);
  });

  test("bind the database at once to one log", async () => {
    const empty = await postgres.newDatabase();
    const bound = await Promise.all(
      ["log 1", "log 2", "log 3"].map(async (identity) => {
        const database = await openPostgres(empty);
        opened.push(database);
        return database.bind(identity);
      }),
    );
    expect(new Set(bound).size).toBe(1);
  });

  test("one that is bound to no log has no leader", async () => {
    const database = await openPostgres(url);
    opened.push(database);
    await expect(database.lead()).rejects.toThrow("bound to no log");
    await expect(database.unseal(0)).rejects.toMatchObject(LOST);
  });
});

describe("a database that can't be opened", () => {
  const withChange = (change: (url: URL) => void): string => {
    const url = new URL(postgres.url);
    change(url);
    return url.href;
  };
  const silent = (error: unknown): void => {
    const { password, hostname, port } = new URL(postgres.url);
    for (const secret of [password, hostname, port, "wrong-password"]) {
      expect(JSON.stringify(error) + String(error)).not.toContain(secret);
    }
  };

  test.each([
    ["password", (url: URL) => (url.password = "wrong-password"), "28P01"],
    ["database", (url: URL) => (url.pathname = "/nowhere"), "3D000"],
    ["port", (url: URL) => (url.port = "9"), "ECONNREFUSED"],
  ])("for its %s is told without its address or password", async (_, change, code) => {
    const error: unknown = await openPostgres(withChange(change)).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: "StartError", code: "DATABASE_UNREACHABLE" });
    expect((error as Error).message).toContain(code);
    silent(error);
  });

  test("has an address that is none", async () => {
    const error: unknown = await openPostgres("not a URL: secret").catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: "StartError", code: "CONFIG_INVALID" });
    expect(String(error)).not.toContain("secret");
  });

  test("was written by a newer version", async () => {
    const url = await postgres.newDatabase();
    await (await openPostgres(url)).close();
    await postgres.query(
      "insert into kysely_migration values ('9999_later', '2030-01-01T00:00:00.000Z')",
      url,
    );
    await expect(openPostgres(url)).rejects.toMatchObject({ code: "DATABASE_OF_NEWER_VERSION" });
  });
});
