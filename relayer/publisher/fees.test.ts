import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fees } from "../ports/registry.ts";
import { highestFees, offerFees } from "./fees.ts";

const network = { baseFeePerGas: 100n, maxPriorityFeePerGas: 4n };
const CAP = 1_000n;

function expectSound({ maxFeePerGas, maxPriorityFeePerGas }: Fees, base: bigint, cap: bigint): void {
  expect(maxFeePerGas).toBeLessThanOrEqual(cap);
  expect(maxPriorityFeePerGas).toBeLessThanOrEqual(maxFeePerGas);
  expect(maxFeePerGas).toBeGreaterThanOrEqual(base);
}

describe("offerFees", () => {
  it("offers enough for a base fee that doubles", () => {
    expect(offerFees(network, undefined, false, CAP)).toEqual({
      maxFeePerGas: 204n,
      maxPriorityFeePerGas: 4n,
    });
  });

  it("offers no more than the cap, as long as that could be mined now", () => {
    expect(offerFees(network, undefined, false, 150n)?.maxFeePerGas).toBe(150n);
    expect(offerFees(network, undefined, false, 99n)).toBeUndefined();
  });

  it("outbids what was offered by at least a tenth on both fees, or not at all", () => {
    const fee = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(fee, fee, fee, fee, fee, (base, tip, max, priority, cap) => {
        const before = { maxFeePerGas: max > priority ? max : priority, maxPriorityFeePerGas: priority };
        const asked = { baseFeePerGas: base, maxPriorityFeePerGas: tip };
        const offered = offerFees(asked, before, false, cap);
        if (!offered) {
          const least = before.maxFeePerGas + before.maxFeePerGas / 8n + 1n;
          const leastTip = priority + priority / 8n + 1n;
          expect(least > cap || base + leastTip > cap || base >= cap).toBe(true);
          return;
        }
        expect(offered.maxFeePerGas * 100n).toBeGreaterThanOrEqual(before.maxFeePerGas * 110n);
        expect(offered.maxPriorityFeePerGas * 100n).toBeGreaterThanOrEqual(priority * 110n);
        expectSound(offered, base, cap);
      }),
      { numRuns: 2_000 },
    );
  });

  it("rises up to the cap where the network refused what was offered, and then offers nothing more", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: CAP }), fc.bigInt({ min: 0n, max: 20n }), (base, tip) => {
        let fees = { maxFeePerGas: base + tip > CAP ? CAP : base + tip, maxPriorityFeePerGas: tip };
        for (let offers = 0; ; offers++) {
          const next = offerFees({ baseFeePerGas: base, maxPriorityFeePerGas: 2n }, fees, true, CAP);
          if (!next) break;
          expect(offers).toBeLessThan(10);
          expectSound(next, base, CAP);
          fees = next;
        }
        expect(fees.maxFeePerGas).toBe(CAP);
        expect(fees.maxPriorityFeePerGas).toBeGreaterThanOrEqual(CAP - base);
      }),
    );
  });

  it("rises fast from near nothing where a node refused it", () => {
    let fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 0n };
    let offers = 0;
    for (; fees.maxPriorityFeePerGas < 10n ** 9n; offers++) {
      fees = offerFees({ baseFeePerGas: 1n, maxPriorityFeePerGas: 0n }, fees, true, 10n ** 12n)!;
    }
    expect(offers).toBeLessThan(10);
  });
});

describe("highestFees", () => {
  it("takes each fee by itself", () => {
    const offers = [
      { maxFeePerGas: 5n, maxPriorityFeePerGas: 1n },
      { maxFeePerGas: 3n, maxPriorityFeePerGas: 2n },
    ];
    expect(highestFees(offers)).toEqual({ maxFeePerGas: 5n, maxPriorityFeePerGas: 2n });
    expect(highestFees([])).toBeUndefined();
  });
});
