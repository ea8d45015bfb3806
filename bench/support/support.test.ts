import { describe, expect, it } from "vitest";
import { measure, median } from "./measure.ts";
import { formatJson, formatTable, toRows } from "./report.ts";

describe("measuring", () => {
  it("takes the median", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 100])).toBe(3.5);
    expect(median([7])).toBe(7);
  });

  it("gives every task a time, whether it waits or not, and tells much work from little", async () => {
    const work = (count: number): number => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += Math.sqrt(i);
      return sum;
    };
    const seconds = await measure(
      [
        { name: "little", run: () => work(1_000) },
        { name: "much", run: async () => Promise.resolve(work(1_000_000)) },
      ],
      3,
    );
    expect([...seconds.keys()]).toEqual(["little", "much"]);
    expect(seconds.get("little")).toBeGreaterThan(0);
    expect(seconds.get("much")).toBeGreaterThan(10 * seconds.get("little")!);
  });
});

describe("reporting", () => {
  const results = [
    { name: "bare", value: 8, unit: "ms/op", baseline: "bare" },
    { name: "whole", value: 20, unit: "ms/op", baseline: "bare" },
  ];

  it("gives each value over its baseline of the same run", () => {
    const rows = toRows("suite", results);
    expect(rows.map(({ ratio }) => ratio)).toEqual([1, 2.5]);
    const lines = formatJson(rows).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
    expect(JSON.parse(lines[1]!)).toEqual({
      suite: "suite",
      name: "whole",
      value: 20,
      unit: "ms/op",
      baseline: "bare",
      ratio: 2.5,
    });
    expect(formatTable(rows)).toBe(
      "name   value  unit   ratio  to\nbare    8.00  ms/op   1.00  bare\nwhole   20.0  ms/op   2.50  bare\n",
    );
  });

  it("refuses a baseline that is missing, or of another unit", () => {
    const orphan = { name: "other", value: 1, unit: "µs/op", baseline: "bare" };
    expect(() => toRows("suite", [...results, orphan])).toThrow("other has no baseline bare in µs/op");
    expect(() => toRows("suite", results.slice(1))).toThrow("whole has no baseline");
  });
});
