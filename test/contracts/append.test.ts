import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogModel, type LogState } from "./support/model.ts";
import {
  append,
  appendTo,
  as,
  deployLog,
  eventsOf,
  randomBatch,
  randomHash,
  revertOf,
} from "./support/registry.ts";

const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const hash = uint(256).map((value) => `0x${value.toString(16).padStart(64, "0")}`);
const batch = fc.record({ count: uint(32).map((value) => value + 1n), root: hash, cidDigest: hash });

describe("append", () => {
  test("random histories of up to 70 batches give the model's heads and events", async () => {
    const histories = fc.array(batch, { minLength: 1, maxLength: 70, size: "max" });
    const property = fc.asyncProperty(histories, async (history) => {
      const { registry, log } = await deployLog(0);
      for (const [seq, next] of history.entries()) {
        const firstIndex = log.total;
        const appended = appendTo(registry, 1n, log, next);
        const position = (BigInt(seq) << 128n) | (firstIndex << 64n) | next.count;
        const event = ["BatchAppended", [1n, next.root, next.cidDigest, position]];
        expect(await eventsOf(registry, appended)).toEqual([event]);
        expect(await registry.headOf!(1n)).toBe(log.head());
      }
    });
    await fc.assert(property, { numRuns: 8 });
  });

  test("logs of one operator do not touch each other", async () => {
    const { registry, operator, log } = await deployLog(3);
    await registry.openLog!(operator.address, "");
    const second = new LogModel(operator.address);
    for (let seq = 0; seq < 5; seq++) await appendTo(registry, 2n, second, randomBatch());
    await appendTo(registry, 1n, log, randomBatch());
    expect(await registry.headOf!(1n)).toBe(log.head());
    expect(await registry.headOf!(2n)).toBe(second.head());
  });

  test("an append happens once: sending it again is stale", async () => {
    const { registry, log } = await deployLog(6);
    const state = log.state();
    const next = randomBatch();
    await append(registry, 1n, state, next);
    expect(await revertOf(registry, append(registry, 1n, state, next))).toBe("StaleHead(1)");
  });

  test("any part of the state that is not the log's makes the append stale", async () => {
    const { registry, log } = await deployLog(7);
    const state = log.state();
    const [a, b, c] = state.peaks as [string, string, string];
    const forged: Partial<LogState>[] = [
      { size: state.size - 1n },
      { size: state.size + 1n },
      { size: 0n, total: 0n, peaks: [] },
      { total: state.total - 1n },
      { total: state.total + 1n },
      { peaks: [] },
      { peaks: [a, b] },
      { peaks: [a, b, c, c] },
      { peaks: [c, b, a] },
      { peaks: [a, b, randomHash()] },
    ];
    for (const change of forged) {
      const attempt = append(registry, 1n, { ...state, ...change }, randomBatch());
      expect(await revertOf(registry, attempt)).toBe("StaleHead(1)");
    }
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("only the operator appends", async () => {
    const { registry, log, stranger } = await deployLog(4);
    const attempt = append(as(registry, stranger), 1n, log.state(), randomBatch());
    expect(await revertOf(registry, attempt)).toBe("StaleHead(1)");
  });

  test("a batch without entries is refused", async () => {
    const { registry, log } = await deployLog(4);
    const attempt = append(registry, 1n, log.state(), { ...randomBatch(), count: 0n });
    expect(await revertOf(registry, attempt)).toBe("BatchEmpty(1)");
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("a total beyond 64 bits is refused", async () => {
    const { registry, log } = await deployLog(1);
    const room = 2n ** 64n - 1n - log.total;
    const overflow = append(registry, 1n, log.state(), { ...randomBatch(), count: room + 1n });
    expect(await revertOf(registry, overflow)).toBe("Panic(17)");
    await appendTo(registry, 1n, log, { ...randomBatch(), count: room });
    expect(await registry.headOf!(1n)).toBe(log.head());
    const full = append(registry, 1n, log.state(), { ...randomBatch(), count: 1n });
    expect(await revertOf(registry, full)).toBe("Panic(17)");
  });
});
