import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { joinSpans, localSpan, localTime } from "./words.ts";

describe("times", () => {
  it("are those of the clock on the wall", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const from = Date.parse("2026-03-01T17:00Z") / 1000;
    expect(localTime(from)).toMatch(/^Sun 1 Mar 2026 18:00 (CET|GMT\+1)$/);
    expect(localSpan({ from, to: from + 5_400 })).toMatch(/^Sun 1 Mar 2026 18:00 to 19:30 (CET|GMT\+1)$/);
    const night = localSpan({ from: from + 5 * 3_600, to: from + 7 * 3_600 });
    expect(night).toMatch(/^Sun 1 Mar 2026 23:00 to Mon 2 Mar 2026 01:00 /);
    vi.unstubAllEnvs();
  });
});

describe("spans that are joined", () => {
  const span = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 10 })).map(([from, length]) => ({
    from,
    to: from + length,
  }));
  const seconds = (spans: { from: number; to: number }[]): number[] => {
    const all = spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
    return [...new Set(all)].sort((a, b) => a - b);
  };

  it("cover the same time, in order, with gaps between them", () => {
    fc.assert(
      fc.property(fc.array(span), (spans) => {
        const joined = joinSpans(spans);
        expect(seconds(joined)).toEqual(seconds(spans));
        for (const [i, { from }] of joined.entries()) {
          if (i > 0) expect(from).toBeGreaterThan(joined[i - 1]!.to);
        }
      }),
    );
  });
});
