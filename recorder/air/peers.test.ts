import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Peers } from "./peers.ts";

const MINUTE = 60_000;
const number = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

describe("peers that are read", () => {
  it("are read when they are heard first, and stand for their number for five minutes", () => {
    const peers = new Peers();
    expect(peers.next(0)).toBeUndefined();
    expect(peers.heard("a", 0)).toBeUndefined();
    expect(peers.next(0)).toBe("a");
    peers.succeeded("a", number(1), 100);
    expect(peers.next(200)).toBeUndefined();
    expect(peers.heard("a", 5 * MINUTE)).toEqual(number(1));
    expect(peers.next(5 * MINUTE)).toBeUndefined();
    expect(peers.heard("a", 5 * MINUTE + 100)).toBeUndefined();
    expect(peers.next(5 * MINUTE + 100)).toBe("a");
  });

  it("that fail are tried after 30 s, then later and later, and every five minutes at last", () => {
    const peers = new Peers();
    const tries: number[] = [];
    for (let now = 0; now < 30 * MINUTE; now += 1_000) {
      peers.heard("a", now);
      if (peers.next(now) === undefined) continue;
      tries.push(now / 1_000);
      peers.failed("a", now);
    }
    expect(tries).toEqual([0, 30, 90, 210, 450, 750, 1_050, 1_350, 1_650]);
    peers.heard("a", 40 * MINUTE);
    peers.succeeded("a", number(1), 40 * MINUTE);
    peers.heard("a", 45 * MINUTE);
    peers.failed("a", 45 * MINUTE);
    peers.heard("a", 45 * MINUTE + 30_000);
    expect(peers.next(45 * MINUTE + 30_000), "a success starts over").toBe("a");
  });

  it("are read only while they are near, the one that waits longest first", () => {
    const peers = new Peers();
    peers.heard("a", 0);
    peers.heard("b", 1_000);
    peers.heard("b", 9_000);
    expect(peers.next(9_999)).toBe("a");
    expect(peers.next(10_000)).toBe("b");
    expect(peers.next(19_000)).toBeUndefined();
  });

  it("are a thousand at most; who went makes room, and who stays is not pushed out", () => {
    const peers = new Peers();
    peers.heard("stays", 0);
    peers.succeeded("stays", number(1), 0);
    for (let now = 0; now < 4 * MINUTE; now += 1_000) {
      for (let i = 0; i < 50; i++) peers.heard(`${now} ${i}`, now);
      expect(peers.heard("stays", now)).toEqual(number(1));
    }
    const peersAfter = new Peers();
    for (let i = 0; i < 1_024; i++) peersAfter.heard(`${i}`, 0);
    peersAfter.heard("late", 59_000);
    expect(peersAfter.next(59_000)).toBeUndefined();
    peersAfter.heard("late", 60_000);
    expect(peersAfter.next(60_000)).toBe("late");
  });

  it("are never read twice in less than 30 s, whoever is heard and whatever becomes of it", () => {
    const look = fc.record({
      wait: fc.nat(20_000),
      heard: fc.array(fc.nat(5), { maxLength: 4 }),
      succeeds: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 300 }), (looks) => {
        const peers = new Peers();
        const readAt = new Map<string, { at: number; succeeded: boolean }>();
        let now = 0;
        for (const { wait, heard, succeeds } of looks) {
          now += wait;
          for (const peer of heard) peers.heard(`${peer}`, now);
          const next = peers.next(now);
          if (next === undefined) continue;
          const last = readAt.get(next);
          if (last !== undefined)
            expect(now - last.at).toBeGreaterThanOrEqual(last.succeeded ? 300_000 : 30_000);
          readAt.set(next, { at: now, succeeded: succeeds });
          if (succeeds) peers.succeeded(next, number(1), now);
          else peers.failed(next, now);
        }
      }),
    );
  });

  it("that were forgotten are strangers, and what comes of reading them is of no use", () => {
    const peers = new Peers();
    peers.heard("a", 0);
    peers.clear();
    peers.succeeded("a", number(1), 1);
    peers.failed("a", 1);
    expect(peers.heard("a", 2)).toBeUndefined();
    expect(peers.next(2)).toBe("a");
  });
});
