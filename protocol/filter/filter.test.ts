import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "../bytes/bytes.ts";
import { buildFilter } from "./build.ts";
import { encodeFilterFile } from "./file.ts";
import { layoutOf, MAX_FILTER_TCNS } from "./layout.ts";
import { bytesOf, naiveFilterFile, naiveSeed, permuteBack, stateOf } from "./support/naiveFilter.ts";
import { pseudoWords, tcnsOfSet, toWords } from "./support/tcnSets.ts";

const leaves = tcnsOfSet("leaf", 3);
const tcn = fc.uint8Array({ minLength: 16, maxLength: 16 });
/** TCNs that differ in few places: most are zero. */
const sparseTcn = fc
  .tuple(fc.nat(15), fc.nat(255))
  .map(([at, value]) => new Uint8Array(16).fill(value, at, at + 1));
const tcns = fc.array(fc.oneof(tcn, sparseTcn), { maxLength: 300 });

/** How many of the TCNs a filter does not find. */
function missing(filter: ReturnType<typeof buildFilter>, words: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < words.length; at += 4) if (!filter!.has(words, at)) count++;
  return count;
}

describe("filters", () => {
  it("find every TCN that they were built of", () => {
    fc.assert(
      fc.property(tcns, (made) => {
        const words = toWords(made);
        const filter = buildFilter(words, leaves);
        expect(filter?.count).toBe(new Set(made.map(String)).size);
        expect(missing(filter, words)).toBe(0);
        expect(filter?.hasAny(words)).toBe(made.length > 0);
      }),
    );
  });

  it.each([1, 2, 3, 24, 127, 128, 1_023, 4_096, 20_000, 65_535, 160_248, MAX_FILTER_TCNS])(
    "find each of %i",
    (count) => {
      const words = pseudoWords(4 * count, count);
      const filter = buildFilter(words, leaves);
      expect(filter?.count).toBe(count);
      expect(missing(filter, words)).toBe(0);
    },
  );

  it("find others by accident once in 2^20 times", () => {
    const filter = buildFilter(pseudoWords(4 * 20_000, 1), leaves)!;
    const lookups = 2 ** 22;
    const others = pseudoWords(4 * lookups, 7_777_777);
    const hits = lookups - missing(filter, others);
    expect(hits).toBeGreaterThanOrEqual(1);
    expect(hits).toBeLessThanOrEqual(12);
  });

  it("of no TCN find none", () => {
    expect(missing(buildFilter(new Uint32Array(), leaves), pseudoWords(4_000, 1))).toBe(1_000);
  });

  it("are the same to the byte whatever order TCNs come in and however often, as a second implementation says", () => {
    fc.assert(
      fc.property(
        tcns.chain((made) =>
          fc.tuple(
            fc.constant(made),
            fc.shuffledSubarray([...made, ...made, ...made], { minLength: 3 * made.length }),
          ),
        ),
        ([made, shuffled]) => {
          const file = encodeFilterFile(buildFilter(toWords(shuffled), leaves)!);
          expect(file).toEqual(encodeFilterFile(buildFilter(toWords(made), leaves)!));
          expect(file).toEqual(naiveFilterFile(made, leaves));
        },
      ),
      { numRuns: 60 },
    );
    for (const count of [1_500, 3_000, 9_000]) {
      const made = tcnsOfSet("large", count);
      expect(encodeFilterFile(buildFilter(toWords(made), leaves)!)).toEqual(naiveFilterFile(made, leaves));
    }
  });

  it("have another seed with other leaves", () => {
    const words = toWords(tcnsOfSet("seed", 24));
    const seeds = [[], leaves, leaves.slice(1), [...leaves].reverse()].map((each) =>
      String(buildFilter(words, each)?.seed),
    );
    expect(new Set(seeds).size).toBe(4);
  });

  it("are built of one TCN a quarter of a million times", () => {
    const words = new Uint32Array(4 * MAX_FILTER_TCNS).fill(0xffffffff);
    const filter = buildFilter(words, leaves);
    expect(filter?.count).toBe(1);
    expect(filter?.has(words, 0)).toBe(true);
  });

  it("are not built of more TCNs than the limit, even of one again and again", () => {
    expect(buildFilter(new Uint32Array(4 * (MAX_FILTER_TCNS + 1)), leaves)).toBeUndefined();
  });

  it("are not built when every attempt fails, and that needs the seeds ahead", () => {
    // For each attempt two TCNs that share all four slots under its seed.
    const hostile = Array.from({ length: 32 }, (_, attempt) => {
      const seed = stateOf(naiveSeed(leaves, attempt));
      return [1n, 2n].map((print) => {
        const back = permuteBack([5n, 6n, 7n, print << 12n]);
        return bytesOf(back.map((word, i) => word ^ seed[i]!) as typeof back);
      });
    }).flat();
    expect(buildFilter(toWords(hostile), leaves)).toBeUndefined();
    expect(naiveFilterFile(hostile, leaves)).toBeUndefined();
    // Those of the first three attempts alone: the fourth succeeds.
    const some = hostile.slice(0, 6);
    const filter = buildFilter(toWords(some), leaves)!;
    expect(bytesOfWords(filter.seed)).toEqual(naiveSeed(leaves, 3));
    expect(encodeFilterFile(filter)).toEqual(naiveFilterFile(some, leaves));
    expect(missing(buildFilter(toWords(hostile), leaves.slice(1)), toWords(hostile))).toBe(0);
  });

  it("succeed at the first attempt nearly always", () => {
    const failed = [10, 24, 40, 100, 200, 400, 1_000, 2_000].map((count) => {
      let more = 0;
      for (let run = 0; run < 200; run++) {
        const own = tcnsOfSet(`run ${run}`, 1);
        const filter = buildFilter(pseudoWords(4 * count, 1_000_003 * run + count), own)!;
        if (!equalBytes(bytesOfWords(filter.seed), naiveSeed(own, 0))) more++;
      }
      return more;
    });
    expect(Math.max(...failed)).toBeLessThanOrEqual(8);
  });
});

describe("layouts", () => {
  it("have an even number of slots, more than TCNs, and less than twice as many from 256 on", () => {
    let worst = 0;
    for (let count = 1; count <= MAX_FILTER_TCNS; count++) {
      const { slots } = layoutOf(count);
      if (slots % 2 !== 0 || slots <= count) expect.fail(`${slots} slots for ${count} TCNs`);
      if (count >= 256) worst = Math.max(worst, slots / count);
    }
    expect(worst).toBeLessThan(2);
  });
});

const bytesOfWords = (words: Uint32Array): Uint8Array =>
  bytesOf([...words].map(BigInt) as [bigint, bigint, bigint, bigint]);
