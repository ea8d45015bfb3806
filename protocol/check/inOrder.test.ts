import { describe, expect, it } from "vitest";
import { inOrder } from "./inOrder.ts";

describe("tasks in order", () => {
  it("run side by side, never more than the width, and give results in the items' order", async () => {
    const items = Array.from({ length: 20 }, (_, i) => i);
    let [running, most] = [0, 0];
    const results: number[] = [];
    const task = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn <= (item * 7) % 5; turn++)
        await new Promise((resolve) => setImmediate(resolve));
      running--;
      return item * 2;
    };
    for await (const result of inOrder(items, 3, task)) results.push(result);
    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(3);
  });

  it("begin no further one after a failure, which comes in its turn", async () => {
    const begun: number[] = [];
    const results: number[] = [];
    const task = (item: number): Promise<number> => {
      begun.push(item);
      return item === 2 ? Promise.reject(new Error("no")) : Promise.resolve(item);
    };
    const all = async (): Promise<void> => {
      for await (const result of inOrder([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 2, task)) results.push(result);
    };
    await expect(all()).rejects.toThrow("no");
    expect(results).toEqual([0, 1]);
    expect(begun.length).toBeLessThan(6);
  });
});
