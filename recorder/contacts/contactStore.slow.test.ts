import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ContactStore } from "./contactStore.ts";
import type { ContactSample } from "./samples.ts";

const AT = 1_700_000_000;
const KILLS = 30;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-contacts-"));
  file = join(folder, "contacts.sqlite");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function sample(n: number, at: number): ContactSample {
  const tcn = new Uint8Array(16);
  new DataView(tcn.buffer).setUint32(0, n);
  return { tcn, from: at, to: at };
}

it("no more than 500,000 records are kept, while known ones grow, and a flood leaves no large file behind", () => {
  const store = ContactStore.open(file);
  store.merge([sample(1, AT)], AT);
  const database = new BetterSqlite3(file);
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499998)
    INSERT INTO contacts SELECT randomblob(16), 1, 1, 1, 0, NULL, 0, i FROM n`);
  database.close();
  const many = Array.from({ length: 5 }, (_, i) => sample(100 + i, AT + 5));
  store.merge([...many, sample(1, AT + 5)], AT + 5);
  expect(store.summary()).toEqual({ count: 500_000, from: 1, to: AT + 5 });
  expect(store.refused).toBe(4);
  expect(statSync(file).size).toBeLessThan(120_000_000);
  // The oldest moments made room.
  expect(store.purge(AT)).toBe(499_994);
  store.merge(many, AT + 10);
  expect(store.summary().count).toBe(6);
  store.close();
});

/** Merges on and on, and says how often only when a merge is done; an hour late, so that no hour's room runs out. */
const PROGRAM = `
  import { writeSync } from "node:fs";
  import { ContactStore } from ${JSON.stringify(new URL("./contactStore.ts", import.meta.url).href)};
  const store = ContactStore.open(process.argv[1]);
  for (let n = Number(process.argv[2]); ; n++) {
    const tcns = [new Uint8Array(16).fill(1), new Uint8Array(new Uint32Array([n, 0, 0, 2]).buffer)];
    store.merge(tcns.map((tcn) => ({ tcn, from: ${AT}, to: ${AT} })), ${AT + 3_600});
    writeSync(1, n + "\\n");
  }
`;

it(`what was merged outlives ${KILLS} SIGKILLs, and of every merge all or nothing`, async () => {
  let next = 1;
  for (let i = 0; i < KILLS; i++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM, file, String(next)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await once(child.stdout, "data");
    await wait(Math.random() * 100);
    child.kill("SIGKILL");
    await once(child, "close");
    const done = Number(said.split("\n").at(-2));
    const store = ContactStore.open(file);
    const records = [...store.all()];
    store.close();
    const common = records.find(({ tcn }) => tcn.every((byte) => byte === 1))!;
    // The last merge may have been done and not said.
    expect([done, done + 1]).toContain(common.samples);
    expect(records).toHaveLength(common.samples + 1);
    next = common.samples + 1;
  }
});
