import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BridgedNumbers } from "./bridged.ts";

const number = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

describe("bridged numbers", () => {
  it("have their turns one after the other, and newcomers last", () => {
    const bridged = new BridgedNumbers();
    for (const fill of [1, 2, 3]) bridged.add(number(fill), 0);
    const turns = [1, 2, 3, 4].map(() => bridged.next(1)!.tcn[0]);
    bridged.add(number(4), 2);
    expect([...turns, ...[1, 2, 3, 4].map(() => bridged.next(3)!.tcn[0])]).toEqual([1, 2, 3, 1, 2, 3, 1, 4]);
  });

  it("are at most sixteen, each for at most 900 s from its first write, whatever is written when", () => {
    const write = fc.record({ fill: fc.nat(40), wait: fc.oneof(fc.nat(60_000), fc.nat(900_000)) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 200 }), (writes) => {
        const bridged = new BridgedNumbers();
        const firsts = new Map<string, number>();
        let now = 0;
        for (const { fill, wait } of writes) {
          now += wait;
          const tcn = number(fill);
          bridged.add(tcn, now);
          firsts.set(toHex(tcn), firsts.get(toHex(tcn)) ?? now);
          expect(bridged.count(now)).toBeLessThanOrEqual(16);
          const turns = Array.from({ length: 16 }, () => bridged.next(now));
          for (const turn of turns) {
            if (turn === undefined) continue;
            expect(turn.until).toBeGreaterThan(now);
            expect(turn.until - 900_000).toBeGreaterThanOrEqual(firsts.get(toHex(turn.tcn))!);
          }
          const different = new Set(turns.map((turn) => turn && toHex(turn.tcn)));
          expect(different.size).toBe(Math.max(1, bridged.count(now)));
        }
      }),
    );
  });

  it("that are written again after their time are not bridged again, for a day", () => {
    const bridged = new BridgedNumbers();
    bridged.add(number(1), 0);
    for (const now of [900_000, 1_800_000, 86_400_000]) {
      bridged.add(number(1), now);
      expect(bridged.next(now)).toBeUndefined();
    }
    bridged.add(number(1), 87_300_000);
    expect(bridged.count(87_300_000)).toBe(1);
  });

  it("make room for others when their time is over, and are not pushed out before", () => {
    const bridged = new BridgedNumbers();
    for (let fill = 0; fill < 100; fill++) bridged.add(number(fill), 0);
    const turns = new Set(Array.from({ length: 32 }, () => bridged.next(0)!.tcn[0]));
    expect(turns).toEqual(new Set(Array.from({ length: 16 }, (_, i) => i)));
    bridged.add(number(200), 900_000);
    expect(bridged.next(900_000)!.tcn).toEqual(number(200));
  });

  it("all end at once when nobody knows how much time passed", () => {
    const bridged = new BridgedNumbers();
    bridged.add(number(1), 0);
    const turn = bridged.next(0)!;
    bridged.end(5);
    expect(bridged.next(5)).toBeUndefined();
    expect(turn.until).toBe(5);
  });
});
