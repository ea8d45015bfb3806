import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";
import {
  airTime,
  formatBroadcastKey,
  TCNS_PER_RAK,
  type BroadcastKey,
} from "@tocsin/protocol/report/broadcastKeys.ts";
import { rvkOf, tckAt } from "@tocsin/protocol/tcn/rak.ts";
import { expandTcns, TCN_LENGTH, tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeyFile } from "./keyFile.ts";
import { Keyring } from "./keyring.ts";

const START = 1_700_000_000;
const DAY = { from: START - 86_400, to: START + 10 * 86_400 };

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-keyring-"));
  path = join(folder, "keys.json");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (): Promise<Keyring> => Keyring.open(path);
const hexAt = (keyring: Keyring, now: number): string => toHex(keyring.onAir(now).tcn);

/** What a key says was on air, and when. */
function numbersOf(keys: readonly BroadcastKey[]): Map<string, { from: number; to: number }> {
  return new Map(
    keys.flatMap((key) =>
      Array.from({ length: key.lastIndex - key.firstIndex + 1 }, (_, i) => {
        const index = key.firstIndex + i;
        return [toHex(tcnOf(tckAt(key.rak, index))), airTime(key, index)] as const;
      }),
    ),
  );
}

describe("the number that is due", () => {
  it("lasts 900 s, and then the next of the same rak is due, 24 times", async () => {
    const keyring = await open();
    const numbers: string[] = [];
    for (let i = 0; i < TCNS_PER_RAK; i++) {
      const onAir = keyring.onAir(START + i * 900);
      expect(onAir).toMatchObject({ from: START + i * 900, to: START + (i + 1) * 900 });
      expect(keyring.onAir(START + i * 900 + 899.9)).toEqual(onAir);
      numbers.push(toHex(onAir.tcn));
    }
    expect(keyring.broadcasts()).toEqual([{ startedAt: START, rotation: 900, firstIndex: 1, lastIndex: 24 }]);
    const next = keyring.onAir(START + TCNS_PER_RAK * 900);
    expect(keyring.broadcasts()).toHaveLength(2);
    const [first, second] = keyring.handOut([DAY], START + 24 * 900);
    const expanded = toHex(expandTcns(rvkOf(first!.rak), tckAt(first!.rak, 0).key, 1, 24));
    expect(expanded).toBe(numbers.join(""));
    expect(toHex(next.tcn)).toBe(toHex(tcnOf(tckAt(second!.rak, 1))));
  });

  it("goes on after a restart in the same slot or the next one, and begins anew after any gap", async () => {
    const first = hexAt(await open(), START);
    expect(hexAt(await open(), START + 899)).toBe(first);
    const second = hexAt(await open(), START + 1_799);
    expect((await open()).broadcasts()).toEqual([
      { startedAt: START, rotation: 900, firstIndex: 1, lastIndex: 2 },
    ]);
    const later = await open();
    const third = hexAt(later, START + 3 * 900);
    expect(later.broadcasts()).toMatchObject([{ lastIndex: 2 }, { startedAt: START + 2_700, lastIndex: 1 }]);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it("begins anew when the clock is set back out of the slot", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    const earlier = hexAt(keyring, START - 1);
    expect(earlier).not.toBe(first);
    expect(hexAt(keyring, START)).toBe(earlier);
    expect(keyring.broadcasts()).toMatchObject([{ startedAt: START }, { startedAt: START - 1 }]);
  });

  it("begins anew after the run was ended", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    keyring.retire(START + 10);
    expect(hexAt(await open(), START + 10)).not.toBe(first);
  });

  it("is in the file before it is given, with the slot that it has", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -2_000, max: 4_000 }), { minLength: 1, maxLength: 40 }),
        async (steps) => {
          rmSync(path, { force: true });
          let keyring = await open();
          const slots = new Map<string, number>();
          let now = START;
          for (const step of steps) {
            now += step;
            if (step % 5 === 0) keyring = await open();
            const { tcn, from, to } = keyring.onAir(now);
            expect(from <= now && now < to && to - from === 900).toBe(true);
            const others = slots.get(toHex(tcn));
            expect(others === undefined || others === from, "one slot a number").toBe(true);
            slots.set(toHex(tcn), from);
            const kept = numbersOf((await KeyFile.open(path)).keys);
            expect(kept.get(toHex(tcn))).toEqual({ from, to });
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is none while the keys cannot be written, and the same as it would have been afterwards", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    mkdirSync(`${path}.new`);
    expect(hexAt(keyring, START + 899)).toBe(first);
    for (let i = 0; i < 3; i++)
      expect(() => keyring.onAir(START + 900)).toThrow(expect.objectContaining({ code: "KEYS_UNWRITABLE" }));
    expect(keyring.broadcasts()).toMatchObject([{ lastIndex: 1 }]);
    rmSync(`${path}.new`, { recursive: true });
    expect(keyring.onAir(START + 900)).toMatchObject({ from: START + 900 });
    expect(keyring.broadcasts()).toMatchObject([{ lastIndex: 2 }]);
  });
});

describe("handing out", () => {
  it("gives the numbers of the windows and no others, and ends their raks for good", async () => {
    const keyring = await open();
    const numbers = Array.from({ length: 60 }, (_, i) => hexAt(keyring, START + i * 900));
    const now = START + 59 * 900 + 100;
    const windows = [
      { from: START + 10 * 900, to: START + 12 * 900 },
      { from: START + 20 * 900 + 1, to: START + 30 * 900 },
    ];
    const given = keyring.handOut(windows, now);
    // One key a rak: the first from number 10 to 23, the second from 24 to 29.
    expect([...numbersOf(given).keys()]).toEqual(numbers.slice(10, 30));
    expect(given.map(({ startedAt }) => startedAt)).toEqual([START + 10 * 900, START + 24 * 900]);
    expect([...numbersOf(given).values()].map(({ from }) => from)).toEqual(
      Array.from({ length: 20 }, (_, i) => START + (10 + i) * 900),
    );
    expect(keyring.broadcasts()).toEqual([
      { startedAt: START + 48 * 900, rotation: 900, firstIndex: 1, lastIndex: 12 },
    ]);
    expect(hexAt(keyring, now), "the rak in use was none of them").toBe(numbers[59]);
    for (const again of [keyring, await open()]) {
      expect(() => again.handOut(windows, now)).toThrow(
        expect.objectContaining({ code: "NOTHING_TO_HAND_OUT" }),
      );
      expect(again.isOwn(fromHex(numbers[15]!, "tcn")), "handed out is still its own").toBe(true);
      const more = again.handedOut(windows).map(formatBroadcastKey);
      expect(more, "who lost them gets the same once more").toEqual(given.map(formatBroadcastKey));
    }
  });

  it("of the rak in use begins another one, also after a restart at once", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    const given = keyring.handOut([DAY], START + 5.5);
    expect([...numbersOf(given).keys()]).toEqual([first]);
    expect(hexAt(await open(), START + 5)).not.toBe(first);
    expect(hexAt(keyring, START + 5)).not.toBe(first);
  });

  it("is refused where nothing was on air, and changes nothing", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    for (const windows of [[], [{ from: 0, to: START }], [{ from: START + 900, to: START + 9_000 }]])
      expect(() => keyring.handOut(windows, START + 1)).toThrow(
        expect.objectContaining({ code: "NOTHING_TO_HAND_OUT" }),
      );
    expect(hexAt(keyring, START + 2)).toBe(first);
  });

  it("gives nothing away where that cannot be written down", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    mkdirSync(`${path}.new`);
    expect(() => keyring.handOut([DAY], START)).toThrow(expect.objectContaining({ code: "KEYS_UNWRITABLE" }));
    rmSync(`${path}.new`, { recursive: true });
    expect(hexAt(keyring, START)).toBe(first);
    expect(keyring.handOut([DAY], START)).toHaveLength(1);
  });
});

describe("the keys that are kept", () => {
  it("know their numbers as own ones, and no others", async () => {
    const keyring = await open();
    const first = keyring.onAir(START).tcn;
    const second = keyring.onAir(START + 900).tcn;
    const [key] = (await KeyFile.open(path)).keys;
    for (const ring of [keyring, await open()]) {
      expect([first, second].map((tcn) => ring.isOwn(tcn))).toEqual([true, true]);
      expect(ring.isOwn(tcnOf(tckAt(key!.rak, 3))), "not on air yet").toBe(false);
      expect(ring.isOwn(new Uint8Array(TCN_LENGTH))).toBe(false);
    }
  });

  it("are deleted when their last number left the air 14 days ago", async () => {
    const keyring = await open();
    const old = keyring.onAir(START).tcn;
    const end = START + 900;
    keyring.onAir(end + 5_000);
    expect(keyring.purge(end + RETENTION)).toBe(0);
    expect(keyring.purge(end + RETENTION + 1)).toBe(1);
    expect(keyring.isOwn(old)).toBe(false);
    expect(keyring.broadcasts()).toMatchObject([{ startedAt: end + 5_000 }]);
    expect((await open()).broadcasts()).toHaveLength(1);
    expect(keyring.purge(end + 5_900 + RETENTION + 1)).toBe(1);
    expect((await KeyFile.open(path)).keys).toEqual([]);
  });

  it("are all gone when they are erased, also the one in use", async () => {
    const keyring = await open();
    const first = hexAt(keyring, START);
    hexAt(keyring, START + 5_000);
    expect(keyring.erase()).toBe(2);
    expect((await KeyFile.open(path)).keys).toEqual([]);
    expect(keyring.isOwn(fromHex(first, "tcn"))).toBe(false);
    expect(keyring.erase()).toBe(0);
    expect(keyring.broadcasts()).toEqual([]);
    hexAt(keyring, START + 5_001);
    expect(keyring.broadcasts()).toMatchObject([{ startedAt: START + 5_001 }]);
  });

  it("are sealed where there is a passphrase", async () => {
    const keyring = await Keyring.open(path, "secret");
    expect(keyring.isSealed).toBe(true);
    const first = hexAt(keyring, START);
    await expect(open()).rejects.toMatchObject({ code: "PASSPHRASE_MISSING" });
    expect(hexAt(await Keyring.open(path, "secret"), START)).toBe(first);
    expect((await Keyring.open(join(folder, "other.json"))).isSealed).toBe(false);
  });
});
