import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Samples } from "./samples.ts";

const AT = 1_700_000_000;

function tcn(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setFloat64(0, n);
  return bytes;
}

describe("a window", () => {
  it("gives one sample of each number, of its mean loss", () => {
    const samples = new Samples();
    samples.add(tcn(1), 10, AT);
    samples.add(tcn(2), undefined, AT + 1);
    samples.add(tcn(1), 30, AT + 3);
    samples.add(tcn(1), undefined, AT + 4);
    expect(samples.take()).toEqual([
      { tcn: tcn(1), from: AT, to: AT + 4, distance: 10 },
      { tcn: tcn(2), from: AT + 1, to: AT + 1 },
    ]);
    expect(samples.take()).toEqual([]);
  });

  it("is never longer than five seconds, whatever the clock does meanwhile", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 1 }), (offsets) => {
        const samples = new Samples();
        for (const offset of offsets) samples.add(tcn(1), undefined, AT + offset);
        const { from, to } = samples.take()[0]!;
        expect(from).toBe(AT + offsets[0]!);
        expect(to - from).toBeGreaterThanOrEqual(0);
        expect(to - from).toBeLessThanOrEqual(5);
      }),
    );
  });

  it("keeps numbers of its own, whatever becomes of the bytes that it was given", () => {
    const samples = new Samples();
    const given = tcn(1);
    samples.add(given, undefined, AT);
    given.fill(0);
    expect(samples.take()[0]!.tcn).toEqual(tcn(1));
  });

  it("counts the different numbers of the last minute", () => {
    const samples = new Samples();
    samples.add(tcn(0), undefined, AT);
    samples.take();
    for (let window = 0; window < 11; window++) {
      samples.add(tcn(1), undefined, AT);
      samples.take();
    }
    expect(samples.recent).toBe(2);
    samples.take();
    expect(samples.recent).toBe(1);
  });
});

describe("a flood of made-up numbers", () => {
  it("is bounded, and leaves room for those who were heard before, in every window", () => {
    const samples = new Samples();
    let made = 1;
    samples.add(tcn(0), 20, AT);
    samples.take();
    for (let window = 0; window < 50; window++) {
      let refused = 0;
      for (let i = 0; i < 6_000; i++) if (!samples.add(tcn(made++), undefined, AT)) refused++;
      expect(refused).toBe(6_000 - 3_072);
      expect(samples.add(tcn(0), 20, AT)).toBe(true);
      expect(samples.take().filter(({ distance }) => distance === 10)).toHaveLength(1);
      expect(samples.recent).toBeLessThanOrEqual(16_384);
    }
  });

  it("of numbers that all come again is bounded as well", () => {
    const samples = new Samples();
    for (let i = 0; i < 3; i++) {
      for (let n = 0; n < 20_000; n++) samples.add(tcn(n < 3_000 ? n : n + i * 3_000), undefined, AT);
      expect(samples.take().length).toBeLessThanOrEqual(4_096);
    }
  });
});
