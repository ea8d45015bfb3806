import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newBatch, newEntry } from "../../../test/support/databases.ts";
import { openSqlite } from "./sqlite.ts";

const PAGE = 1_024;

let folder: string;
let files = 0;
const newFile = (): string => join(folder, `${++files}.sqlite`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-sqlite-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A closed database of 2,000 entries in two batches, all in one file. */
async function filledFile(): Promise<string> {
  const file = newFile();
  const database = await openSqlite(file);
  await database.bind("a log");
  for (const seq of [0, 1]) {
    const entries = Array.from({ length: 1_000 }, () => newEntry());
    await database.addEntries(entries, []);
    await database.addBatch(
      newBatch(seq, entries),
      entries.map(({ leaf }) => leaf),
    );
  }
  await database.close();
  return file;
}

function overwrite(file: string, offset: number, bytes: Uint8Array): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, offset);
  closeSync(descriptor);
}

test("a second relayer on the same file refuses to start, and starts once the first is gone", async () => {
  const file = newFile();
  const first = await openSqlite(file);
  await expect(openSqlite(file)).rejects.toMatchObject({ name: "StartError", code: "DATA_FOLDER_IN_USE" });
  await first.close();
  await (await openSqlite(file)).close();
});

test("a relayer that was killed lets go of its file", async () => {
  const file = newFile();
  const program = `
    const { openSqlite } = await import(${JSON.stringify(import.meta.resolve("./sqlite.ts"))});
    await openSqlite(${JSON.stringify(file)});
    process.kill(process.pid, "SIGKILL");
  `;
  const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
  expect(signal).toBe("SIGKILL");
  await (await openSqlite(file)).close();
});

test("a database of a newer version is not touched", async () => {
  const file = await filledFile();
  const sqlite = new BetterSqlite3(file);
  sqlite.exec(
    "insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01T00:00:00.000Z')",
  );
  sqlite.close();
  const before = readFileSync(file);
  await expect(openSqlite(file)).rejects.toMatchObject({ code: "DATABASE_OF_NEWER_VERSION" });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a database from before there were filters is brought up to date, and its batches have none", async () => {
  const file = await filledFile();
  const sqlite = new BetterSqlite3(file);
  sqlite.exec(`
    drop index batches_by_filter;
    alter table batches drop column filter_digest;
    delete from kysely_migration where name = '0002_filters';
  `);
  sqlite.close();
  const database = await openSqlite(file);
  await database.bind("a log");
  const batches = await database.batches(0, 10);
  expect(batches).toHaveLength(2);
  for (const batch of batches) expect(batch).not.toHaveProperty("filterDigest");
  expect((await database.countStates()).sealed.count).toBe(2_000);
  await database.close();
  await (await openSqlite(file)).close();
});

describe("a full disk", () => {
  // Node ignores the signal of a file that grows too long, so the write fails, as on a disk that is full.
  test("refuses a group whole, keeps all that was acknowledged, and is forgotten once there is room", async () => {
    const file = newFile();
    const program = `
      import { execFileSync } from "node:child_process";
      const { openSqlite } = await import(${JSON.stringify(import.meta.resolve("./sqlite.ts"))});
      const { newEntry } = await import(${JSON.stringify(import.meta.resolve("../../../test/support/databases.ts"))});
      const database = await openSqlite(${JSON.stringify(file)});
      const group = () => Array.from({ length: 50 }, () => newEntry());
      let kept = 0;
      let failed;
      const add = async (entries) => {
        try {
          await database.addEntries(entries, []);
          kept += entries.length;
        } catch (error) {
          return { name: error.name, code: error.code, message: error.message };
        }
      };
      let last;
      while (failed === undefined) failed = await add((last = group()));
      // The same one: another may dirty a page less and still fit.
      const again = await add(last);
      const waiting = (await database.backlog(1_000_000)).count === kept;
      execFileSync("prlimit", ["--fsize=unlimited", "--pid", String(process.pid)]);
      const later = await add(group());
      process.stdout.write(JSON.stringify({ kept, failed, again, waiting, later }));
      process.kill(process.pid, "SIGKILL");
    `;
    const script = 'ulimit -S -f 400 && exec "$0" --input-type=module -e "$1"';
    const { stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, program]);
    const told = JSON.parse(stdout.toString() || `"${stderr.toString()}"`) as Record<string, unknown>;
    const full = { name: "DatabaseError", code: "STORAGE_FULL", message: expect.stringMatching(/no room/) };
    expect(told).toEqual({ kept: expect.any(Number), failed: full, again: full, waiting: true });
    expect(told.kept).toBeGreaterThan(100);

    const database = await openSqlite(file);
    expect((await database.backlog(1_000_000)).count).toBe(told.kept);
    expect(await database.findDamage()).toEqual([]);
    await database.close();
    expect(readdirSync(folder).filter((name) => name.includes("probe"))).toEqual([]);
  });
});

describe("a damaged file", () => {
  const damaged = { name: "StartError", code: "DATABASE_DAMAGED" };

  test("that is cut off does not open", async () => {
    const file = await filledFile();
    truncateSync(file, Math.floor(statSync(file).size / PAGE / 2) * PAGE);
    await expect(openSqlite(file)).rejects.toMatchObject(damaged);
    // SQLite itself reads nothing of a file that is shorter than its first page says.
    await expect(openSqlite(file, { check: false })).rejects.toMatchObject(damaged);
  });

  test("with a page overwritten does not open, and its check says why", async () => {
    const file = await filledFile();
    const pages = statSync(file).size / PAGE;
    overwrite(file, Math.floor(pages / 2) * PAGE, new Uint8Array(PAGE).fill(0x5a));
    await expect(openSqlite(file)).rejects.toMatchObject(damaged);
    await expectDamage(file);
  });

  test("whose index disagrees with its table opens for a repair only", async () => {
    const file = await filledFile();
    // The index is emptied behind SQLite's back.
    const sqlite = new BetterSqlite3(file);
    const root = sqlite
      .prepare("select rootpage from sqlite_master where name = 'entries_by_batch'")
      .pluck()
      .get();
    sqlite.close();
    overwrite(file, (Number(root) - 1) * PAGE, new Uint8Array([0x0a, 0, 0, 0, 0, 0x04, 0, 0]));
    await expect(openSqlite(file)).rejects.toMatchObject(damaged);
    await expectDamage(file);
  });

  test("that is no database at all does not open", async () => {
    const file = newFile();
    writeFileSync(file, "this is no database\n".repeat(1_000));
    await expect(openSqlite(file)).rejects.toMatchObject(damaged);
    await expect(openSqlite(file, { check: false })).rejects.toMatchObject(damaged);
  });

  /** Without the check at its start it opens, finds its damage, and no failure on the way is anything but known. */
  async function expectDamage(file: string): Promise<void> {
    const database = await openSqlite(file, { check: false });
    expect(await database.findDamage()).not.toEqual([]);
    await database.close();
  }
});
