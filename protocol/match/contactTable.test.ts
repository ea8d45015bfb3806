import { once } from "node:events";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/hex.ts";
import type { ContactRecord } from "./contactRecords.ts";
import { ContactTable, type ContactTableData } from "./contactTable.ts";
import { mix } from "./keyedMix.ts";

const seen = (tcn: Uint8Array, firstSeen = 0): ContactRecord => ({
  tcn,
  firstSeen,
  lastSeen: firstSeen,
  samples: 1,
});

function wordsOf(tcn: Uint8Array): Uint32Array {
  const view = new DataView(tcn.buffer, tcn.byteOffset, 16);
  return Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(at, true));
}

function found(table: ContactTable, tcn: Uint8Array): ContactRecord[] {
  const records: ContactRecord[] = [];
  for (let i = table.find(wordsOf(tcn), 0); i >= 0; i = table.next(i)) records.push(table.record(i));
  return records;
}

const seconds = fc.nat(Number.MAX_SAFE_INTEGER);
const metres = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
// Few different TCNs in a space of their own, so that many records have the same one, and others beside them.
const tcn = fc.oneof(
  fc.nat(20).map((id) => new Uint8Array(16).fill(id, 15)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);
const record: fc.Arbitrary<ContactRecord> = fc
  .record(
    { tcn, seen: fc.tuple(seconds, seconds), samples: seconds, minDistance: metres, averageDistance: metres },
    { requiredKeys: ["tcn", "seen", "samples"] },
  )
  .map(({ seen: [a, b], ...made }) => ({ ...made, firstSeen: Math.min(a, b), lastSeen: Math.max(a, b) }));

describe("a table of contact records", () => {
  it("finds exactly the records of a TCN, as they were given and in that order", () => {
    let most = 0;
    fc.assert(
      fc.property(fc.array(record, { maxLength: 200, size: "max" }), fc.array(tcn), (records, others) => {
        const table = ContactTable.from(records.values());
        expect(table.size).toBe(records.length);
        const model = Map.groupBy(records, (each) => toHex(each.tcn));
        for (const each of [...records.map((own) => own.tcn), ...others]) {
          const same = model.get(toHex(each)) ?? [];
          expect(found(table, each)).toEqual(same);
          most = Math.max(most, same.length);
        }
      }),
    );
    expect(most).toBeGreaterThan(2);
  });

  it("looks where it is told to in the words", () => {
    const own = Uint8Array.from({ length: 16 }, (_, i) => i);
    const table = ContactTable.from([seen(own)]);
    const words = Uint32Array.of(9, ...wordsOf(own), 9);
    expect([0, 1, 2].map((at) => table.find(words, at))).toEqual([-1, 0, -1]);
  });

  it("grows past what it began with, and holds any number of records of one TCN", () => {
    const same = new Uint8Array(16).fill(7);
    const table = ContactTable.from(Array.from({ length: 100_000 }, (_, i) => seen(same, i)));
    expect(found(table, same).map(({ firstSeen }) => firstSeen)).toEqual(
      Array.from({ length: 100_000 }, (_, i) => i),
    );
  });

  it("counts the records that were last seen before a time", () => {
    const own = new Uint8Array(16);
    const table = ContactTable.from([5, 1, 3, 9].map((time) => ({ ...seen(own), lastSeen: time })));
    expect([0, 1, 2, 5, 6, 10].map((time) => table.countLastSeenBefore(time))).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it("gives the TCNs that were seen at a time or later", () => {
    const tcns = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte));
    const table = ContactTable.from(tcns.map((tcn, i) => ({ ...seen(tcn), lastSeen: 10 * i })));
    const since = (time: number): number[] =>
      [...table.tcnsSeenSince(time)].filter((_, i) => i % 4 === 0).map((word) => word & 0xff);
    expect([since(0), since(1), since(20), since(21)]).toEqual([[1, 2, 3], [2, 3], [3], []]);
    expect(table.tcnsSeenSince(20)).toEqual(new Uint32Array(4).fill(0x03030303));
  });

  it("refuses a TCN of another length, and a number that no record has", () => {
    expect(() => ContactTable.from([seen(new Uint8Array(17))])).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID" }),
    );
    const table = ContactTable.from([seen(new Uint8Array(16))]);
    for (const number of [-1, 1, 0.5, Number.NaN])
      expect(() => table.record(number)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
    expect(table.next(1)).toBe(-1);
  });
});

/** Slots looked at to find all TCNs once, for each of them. @param homeOf where the search of a TCN begins */
function averageProbes(
  data: ContactTableData,
  homeOf: (at: number) => number,
  slots: Uint32Array = data.slots,
): number {
  let probes = 0;
  for (let record = 0; record < data.size; record++) {
    let slot = homeOf(record * 4) & (slots.length - 1);
    for (probes++; slots[slot] !== record + 1; probes++) slot = (slot + 1) & (slots.length - 1);
  }
  return probes / data.size;
}

/** The slots of a table of the same size whose places are the TCNs' own lowest bits. */
function unmixedSlots({ tcns, slots, size }: ContactTableData): Uint32Array {
  const plain = new Uint32Array(slots.length);
  for (let record = 0; record < size; record++) {
    let slot = tcns[record * 4]! & (plain.length - 1);
    while (plain[slot] !== 0) slot = (slot + 1) & (plain.length - 1);
    plain[slot] = record + 1;
  }
  return plain;
}

describe("TCNs that strangers chose", () => {
  const COUNT = 4_096;
  const made = (fill: (view: DataView, i: number) => void) =>
    Array.from({ length: COUNT }, (_, i) => {
      const bytes = new Uint8Array(16).fill(0x5a);
      fill(new DataView(bytes.buffer), i);
      return bytes;
    });
  const sets: Record<string, Uint8Array[]> = {
    "with the same low word": made((view, i) => view.setUint32(4, i)),
    "that count up in the last word": made((view, i) => view.setUint32(12, i)),
    "that count up in the highest bits of the first word": made((view, i) =>
      view.setUint32(0, i << 20, true),
    ),
    "that differ in one byte each": made((view, i) => view.setUint8(i >> 8, i & 255)),
    "that differ in the highest bit of some bytes": made((view, i) => {
      for (let bit = 0; bit < 12; bit++) view.setUint8(4 + bit, (i >> bit) & 1 ? 0x80 : 0);
    }),
  };

  it.each(Object.entries(sets))("%s are found as fast as any others", (_, chosen) => {
    const distinct = [...new Map(chosen.map((each) => [toHex(each), each])).values()];
    const data = ContactTable.from(distinct.map((each) => seen(each))).toShared();
    const shift = 32 - Math.log2(data.slots.length);
    expect(data.size).toBeGreaterThan(3_000);
    expect(data.slots.length).toBeGreaterThanOrEqual(2 * data.size);
    // 1.5 is what random TCNs take at this load.
    expect(averageProbes(data, (at) => mix(data.keys, data.tcns, at) >>> shift)).toBeLessThan(2);
  });

  it("with the same low word would all be in one place of an unmixed table", () => {
    const chosen = sets["with the same low word"] as Uint8Array[];
    const data = ContactTable.from(chosen.map((each) => seen(each))).toShared();
    expect(averageProbes(data, (at) => data.tcns[at]!, unmixedSlots(data))).toBe((COUNT + 1) / 2);
  });

  it("have other places in every table", () => {
    const [first, second] = [0, 1].map(() => ContactTable.from([]).toShared().keys);
    expect(first).not.toEqual(second);
    expect(new Set(first).size).toBeGreaterThan(4_000);
  });

  it("that nobody was seen with pass the filter at most once in 16 times, give or take chance", () => {
    const random = crypto.getRandomValues(new Uint32Array(4 * 4_096));
    const { keys, filter } = ContactTable.from(
      (sets["that count up in the last word"] as Uint8Array[]).map((each) => seen(each)),
    ).toShared();
    let passed = 0;
    for (let at = 0; at < random.length; at += 4) {
      const bit = mix(keys, random, at) & (filter.length * 32 - 1);
      passed += (filter[bit >>> 5]! >>> (bit & 31)) & 1;
    }
    expect(passed).toBeLessThan(4_096 / 10);
  });
});

describe("memory", () => {
  function* records(count: number): Generator<ContactRecord> {
    const own = new Uint8Array(16);
    const view = new DataView(own.buffer);
    for (let i = 0; i < count; i++) {
      view.setUint32(0, i);
      yield { tcn: own, firstSeen: i, lastSeen: i, minDistance: 1, averageDistance: 2, samples: 3 };
    }
  }

  it("of 2 million records with everything is less than 150 MB", () => {
    const table = ContactTable.from(records(2_000_000));
    expect(table.size).toBe(2_000_000);
    expect(table.byteLength).toBeLessThan(150_000_000);
    const { size: _, ...arrays } = table.toShared();
    // No array hides a larger buffer.
    expect(Object.values(arrays).reduce((sum, array) => sum + array.buffer.byteLength, 0)).toBe(
      table.byteLength,
    );
    expect(table.record(table.find(Uint32Array.of(0xff_ff_00_00, 0, 0, 0), 0)).firstSeen).toBe(65_535);
  });

  const three = [1, 2, 1].map((id, i) => seen(new Uint8Array(16).fill(id), i));

  it("is shared with a worker, which finds the same", async () => {
    const table = ContactTable.from(three);
    const data = table.toShared();
    expect(data.tcns.buffer).toBeInstanceOf(SharedArrayBuffer);
    const worker = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
       import(workerData.module).then(({ ContactTable }) => {
         const table = ContactTable.over(workerData.data);
         const first = table.find(workerData.words, 0);
         workerData.data.numbers[0] = 99;
         parentPort.postMessage([table.record(first).firstSeen, table.next(first), table.next(2), table.size]);
       });`,
      {
        eval: true,
        workerData: {
          module: new URL("./contactTable.ts", import.meta.url).href,
          data,
          words: wordsOf(three[0]!.tcn),
        },
      },
    );
    expect(await once(worker, "message")).toEqual([[99, 2, -1, 3]]);
    await worker.terminate();
    expect(table.record(0).firstSeen).toBe(99);
  });

  it("is copied where it cannot be shared, and the copy finds the same", () => {
    const table = ContactTable.from(three, (byteLength) => new ArrayBuffer(byteLength));
    const copy = ContactTable.over(structuredClone(table.toShared()));
    table.toShared().numbers.fill(0);
    expect(found(copy, three[0]!.tcn)).toEqual([three[0], three[2]]);
    expect(found(copy, new Uint8Array(16))).toEqual([]);
    expect(copy.byteLength).toBe(table.byteLength);
  });
});
