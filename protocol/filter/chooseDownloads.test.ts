import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseDownloads } from "./chooseDownloads.ts";

const cases = fc
  .nat(100)
  .chain((batches) =>
    fc.tuple(fc.constant(batches), fc.shuffledSubarray(Array.from({ length: batches }, (_, i) => i))),
  );

describe("what a light client downloads whole", () => {
  it("is every batch that hit, and others, each once", () => {
    fc.assert(
      fc.property(cases, ([batches, hits]) => {
        const chosen = chooseDownloads(batches, hits);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen).toEqual(expect.arrayContaining(hits));
        expect(chosen.every((position) => position >= 0 && position < batches)).toBe(true);
      }),
    );
  });

  it("is as much with no hit as with hits in up to one batch of eight", () => {
    const counts = [0, 1, 5, 25].map((hits) =>
      chooseDownloads(
        200,
        Array.from({ length: hits }, (_, i) => i),
      ),
    );
    expect(counts.map(({ length }) => length)).toEqual([25, 25, 25, 25]);
    expect(
      chooseDownloads(
        200,
        Array.from({ length: 26 }, (_, i) => i),
      ),
    ).toHaveLength(50);
    expect(chooseDownloads(3, [])).toHaveLength(1);
    expect(chooseDownloads(3, [0, 1, 2])).toHaveLength(3);
    expect(chooseDownloads(0, [])).toEqual([]);
  });

  it("is drawn from all others, and the hit stands anywhere in the order", () => {
    const decoys = new Set<number>();
    const places = new Set<number>();
    for (let run = 0; run < 500; run++) {
      const chosen = chooseDownloads(24, [7]);
      places.add(chosen.indexOf(7));
      for (const each of chosen) decoys.add(each);
    }
    expect(decoys.size).toBe(24);
    expect(places.size).toBe(3);
  });
});
