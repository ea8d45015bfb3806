import { expect, it } from "vitest";
import { RandomPool } from "./randomPool.ts";

it("a pool gives new random bytes every time, also when it is filled again", () => {
  const pool = new RandomPool();
  const taken = Array.from({ length: 700 }, () => pool.take(200));
  expect(new Set(taken.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(700);
  expect(new Set(taken.map(({ length }) => length))).toEqual(new Set([200]));
  expect(pool.take(65_536)).toHaveLength(65_536);
});
