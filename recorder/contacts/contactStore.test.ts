import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";
import BetterSqlite3 from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContactStore } from "./contactStore.ts";
import type { ContactSample } from "./samples.ts";

const AT = 1_700_000_000;

let folder: string;
let file: string;
let store: ContactStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-contacts-"));
  file = join(folder, "contacts.sqlite");
  store = ContactStore.open(file);
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function tcn(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

function sample(n: number, from: number, distance?: number, to = from): ContactSample {
  return { tcn: tcn(n), from, to, ...(distance === undefined ? {} : { distance }) };
}

const everything = (): ContactRecord[] => [...store.all()];

describe("a contact record", () => {
  it("grows with every sample", () => {
    store.merge([sample(1, AT, 2.5, AT + 4)], AT + 5);
    store.merge([sample(1, AT + 5, 0.84, AT + 9), sample(2, AT + 7)], AT + 10);
    store.merge([sample(1, AT + 900)], AT + 900);
    store.merge([sample(1, AT + 1_000, 1)], AT + 1_000);
    expect(everything()).toEqual([
      {
        tcn: tcn(1),
        firstSeen: AT,
        lastSeen: AT + 1_000,
        minDistance: 0.84,
        averageDistance: 1.45,
        samples: 4,
      },
      { tcn: tcn(2), firstSeen: AT + 7, lastSeen: AT + 7, samples: 1 },
    ]);
  });

  it("never grows longer than half an hour: a later sighting begins another one", () => {
    store.merge([sample(1, AT), sample(1, AT + 1_800)], AT + 1_800);
    store.merge([sample(1, AT + 1_801)], AT + 1_801);
    store.merge([sample(1, AT + 86_400), sample(1, AT + 86_402)], AT + 86_402);
    expect(
      everything().map(({ firstSeen, lastSeen, samples }) => [firstSeen - AT, lastSeen - AT, samples]),
    ).toEqual([
      [0, 1_800, 2],
      [1_801, 1_801, 1],
      [86_400, 86_402, 2],
    ]);
  });

  it("says the same as a plain account of its samples, whatever comes in which order", () => {
    const anySample = fc.record({
      n: fc.nat(2),
      from: fc.integer({ min: AT - 4_000, max: AT + 8_000 }),
      length: fc.nat(5),
      distance: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(anySample, { maxLength: 6 }), { maxLength: 12 }), (merges) => {
        store.erase();
        const account: (ContactRecord & { cm: number[] })[] = [];
        let revision = store.changedSince(0, 1_000).revision;
        for (const merge of merges) {
          const samples = merge.map(({ n, from, length, distance }) =>
            sample(n, from, distance === undefined ? undefined : distance / 100, from + length),
          );
          store.merge(samples, AT);
          const touched = new Set(samples.map((one) => record(account, one)));
          const changed = store.changedSince(revision, 1_000);
          if (samples.length > 0) expect(changed.revision).toBeGreaterThan(revision);
          revision = changed.revision;
          expect(sorted(changed.contacts)).toEqual(sorted([...touched].map(plain)));
        }
        expect(everything()).toEqual(sorted(account.map(plain)));
        for (const { firstSeen, lastSeen } of everything())
          expect(lastSeen - firstSeen).toBeLessThanOrEqual(1_800);
      }),
      { numRuns: 60 },
    );
  });
});

/** The record of an account that a sample belongs to, grown by it. */
function record(
  account: (ContactRecord & { cm: number[] })[],
  { tcn: number, from, to, distance }: ContactSample,
): ContactRecord & { cm: number[] } {
  let found = account
    .filter(({ tcn: other, firstSeen }) => toHex(other) === toHex(number) && firstSeen <= from)
    .sort((a, b) => b.firstSeen - a.firstSeen)[0];
  if (found === undefined || to > found.firstSeen + 1_800) {
    found = { tcn: number, firstSeen: from, lastSeen: to, samples: 0, cm: [] };
    account.push(found);
  }
  found.lastSeen = Math.max(found.lastSeen, to);
  found.samples++;
  if (distance !== undefined) found.cm.push(Math.round(distance * 100));
  return found;
}

function plain({ cm, ...rest }: ContactRecord & { cm: number[] }): ContactRecord {
  if (cm.length === 0) return rest;
  const sum = cm.reduce((a, b) => a + b, 0);
  return { ...rest, minDistance: Math.min(...cm) / 100, averageDistance: Math.round(sum / cm.length) / 100 };
}

function sorted(records: ContactRecord[]): ContactRecord[] {
  return records.sort((a, b) => a.firstSeen - b.firstSeen || (toHex(a.tcn) < toHex(b.tcn) ? -1 : 1));
}

describe("readers that follow", () => {
  it("get every changed record once, page by page, the latest change last", () => {
    store.merge(
      [1, 2, 3, 4, 5].map((n) => sample(n, AT)),
      AT,
    );
    store.merge([sample(2, AT + 5)], AT + 5);
    const seen: ContactRecord[] = [];
    let at = { revision: 0, more: true };
    while (at.more) {
      const page = store.changedSince(at.revision, 2);
      expect(page.contacts.length).toBeLessThanOrEqual(2);
      seen.push(...page.contacts);
      at = page;
    }
    expect(seen.map(({ tcn: one }) => one)).toEqual([1, 3, 4, 5, 2].map(tcn));
    expect(seen.at(-1)!.samples).toBe(2);
    expect(store.changedSince(at.revision, 2)).toEqual({ contacts: [], revision: at.revision, more: false });
  });

  it("miss nothing after a deletion, and nothing where the file was removed and begun anew later", () => {
    store.merge([sample(1, AT), sample(2, AT)], AT);
    const { revision } = store.changedSince(0, 10);
    store.erase();
    store.merge([sample(3, AT + 5)], AT + 5);
    const after = store.changedSince(revision, 10);
    expect(after.contacts).toHaveLength(1);
    store.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    store = ContactStore.open(file);
    store.merge([sample(4, AT + 60)], AT + 60);
    expect(store.changedSince(after.revision, 10).contacts).toHaveLength(1);
  });

  it("miss nothing where the file lost what was written last, or an older copy of it was put back", () => {
    store.merge([sample(1, AT)], AT);
    store.close();
    const copy = readFileSync(file);
    store = ContactStore.open(file);
    for (let i = 1; i <= 50; i++) store.merge([sample(1, AT + 5 * i)], AT + 5 * i);
    const { revision } = store.changedSince(0, 10);
    store.close();
    writeFileSync(file, copy);
    store = ContactStore.open(file);
    store.merge([sample(2, AT + 300)], AT + 300);
    expect(store.changedSince(revision, 10).contacts).toMatchObject([{ tcn: tcn(2) }]);
  });
});

describe("the store's bounds", () => {
  const flood = (count: number, from: number, at: number): ContactSample[] =>
    Array.from({ length: count }, (_, i) => sample(from + i, at));

  it("let 20,000 records begin within an hour, while known ones grow, also after a restart", () => {
    // Of two samples: one of a single sample is among those of which chance takes some to make room.
    store.merge([sample(1, AT), sample(1, AT + 1)], AT + 1);
    store.merge(flood(19_990, 100, AT + 5), AT + 5);
    store.merge([...flood(20, 50_000, AT + 10), sample(1, AT + 10)], AT + 10);
    expect(store.summary().count).toBe(20_000);
    expect(store.refused).toBe(11);
    store.close();
    store = ContactStore.open(file);
    store.merge([...flood(100, 60_000, AT + 15), sample(1, AT + 15)], AT + 15);
    expect(store.refused).toBe(100);
    expect(everything()[0]).toMatchObject({ tcn: tcn(1), lastSeen: AT + 15, samples: 4 });
    store.merge(flood(100, 70_000, AT + 3_606), AT + 3_606);
    expect(store.summary().count).toBe(20_100);
  });

  it("lose moments to a flood, and hardly anything of those who stay", () => {
    const [windows, perWindow, people] = [30, 3_000, 100];
    for (let window = 0; window < windows; window++) {
      const at = AT + 5 * window;
      const staying = window < 10 ? [] : Array.from({ length: people }, (_, n) => sample(n, at));
      store.merge([...flood(perWindow, 1_000 + window * perWindow, at), ...staying], at);
    }
    expect(store.summary().count).toBe(20_000);
    expect(store.refused).toBeGreaterThanOrEqual(windows * perWindow + people - 20_000);
    expect(everything().filter(({ samples }) => samples > 10)).toHaveLength(people);
  });
});

describe("deleting", () => {
  it("takes what was seen last before the retention time, and nothing younger", () => {
    store.merge([sample(1, AT, 1), sample(2, AT + 1)], AT);
    expect(store.purge(AT + RETENTION)).toBe(0);
    expect(store.purge(AT + RETENTION + 1)).toBe(1);
    expect(everything().map((one) => one.tcn)).toEqual([tcn(2)]);
    expect(store.erase()).toBe(1);
    expect(store.summary()).toEqual({ count: 0 });
  });

  it("leaves nothing of a record in any file", () => {
    const secret = Uint8Array.from(Buffer.from("sixteen letters!"));
    const onDisk = (): boolean =>
      readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(Buffer.from(secret)));
    store.merge([{ tcn: secret, from: AT, to: AT }, sample(2, AT + 50)], AT);
    expect(onDisk()).toBe(true);
    store.purge(AT + RETENTION + 50);
    expect(onDisk()).toBe(false);
    expect(store.summary().count).toBe(1);
  });
});

describe("the store's file", () => {
  it("is its owner's alone, with all that lies beside it, even where it was not", () => {
    store.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    writeFileSync(file, "", { mode: 0o644 });
    store = ContactStore.open(file);
    store.merge([sample(1, AT)], AT);
    expect(readdirSync(folder).length).toBeGreaterThan(1);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  it("may be read and emptied by another process at any time", () => {
    store.merge(
      Array.from({ length: 2_500 }, (_, i) => sample(i, AT)),
      AT,
    );
    const other = ContactStore.open(file);
    const reading = other.all();
    expect(reading.next().value).toMatchObject({ tcn: tcn(0) });
    store.merge([sample(9_999, AT + 5), sample(2_400, AT + 5)], AT + 5);
    expect([...reading]).toHaveLength(2_500);
    expect(other.erase()).toBe(2_501);
    store.merge([sample(1, AT + 10)], AT + 10);
    expect(other.summary()).toEqual({ count: 1, from: AT + 10, to: AT + 10 });
    other.close();
  });

  it("keeps what was merged, and merges all samples or none", () => {
    store.merge([sample(1, AT)], AT);
    const broken = { ...sample(2, AT), tcn: new Uint8Array(3) };
    expect(() => store.merge([sample(1, AT + 1), broken], AT)).toThrow(
      expect.objectContaining({ code: "DATA_FOLDER_UNUSABLE" }),
    );
    store.close();
    store = ContactStore.open(file);
    expect(everything()).toMatchObject([{ samples: 1 }]);
  });

  const codeOf = (): unknown => {
    try {
      ContactStore.open(file).close();
      return "none";
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  it("of a newer version, damaged or none at all is refused, and left as it is", () => {
    store.merge(
      Array.from({ length: 2_000 }, (_, i) => sample(i, AT, 1)),
      AT,
    );
    store.close();
    expect(codeOf()).toBe("none");
    const whole = readFileSync(file);
    const cut = whole.subarray(0, whole.length - 9_000);
    const scratched = Buffer.from(whole);
    scratched.fill(0xa5, 8_300, 12_000);
    for (const bytes of [Buffer.from("no database ".repeat(500)), cut, scratched]) {
      writeFileSync(file, bytes);
      expect(codeOf()).toBe("DATABASE_DAMAGED");
    }
    writeFileSync(file, whole);
    const database = new BetterSqlite3(file);
    database.pragma("user_version = 2");
    database.close();
    expect(codeOf()).toBe("DATABASE_OF_NEWER_VERSION");
    rmSync(file);
    mkdirSync(file);
    expect(codeOf()).toBe("DATA_FOLDER_UNUSABLE");
  });
});
