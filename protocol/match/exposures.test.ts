import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContactRecord } from "./contactRecords.ts";
import { EXPOSURE_GAP, groupExposures } from "./exposures.ts";

const tcn = new Uint8Array(16);
const contact: fc.Arbitrary<ContactRecord> = fc
  .record(
    {
      firstSeen: fc.nat(40_000),
      length: fc.nat(2_000),
      samples: fc.integer({ min: 1, max: 50 }),
      minDistance: fc.double({ min: 0, max: 50, noNaN: true }),
      averageDistance: fc.double({ min: 0, max: 50, noNaN: true }),
    },
    { requiredKeys: ["firstSeen", "length", "samples"] },
  )
  .map(({ length, ...made }) => ({ tcn, ...made, lastSeen: made.firstSeen + length }));

describe("exposures", () => {
  it("join sightings as CoEpi's clients do", () => {
    const sightings: ContactRecord[] = [
      { tcn, firstSeen: 1600, lastSeen: 2600, minDistance: 2.3, averageDistance: 2.7, samples: 2 },
      { tcn, firstSeen: 2601, lastSeen: 3223, minDistance: 0.845, averageDistance: 0.948333, samples: 3 },
      { tcn, firstSeen: 1000, lastSeen: 2000, minDistance: 0.846, averageDistance: 0.846, samples: 1 },
    ];
    const [exposure, ...others] = groupExposures(sightings);
    expect(others).toEqual([]);
    expect(exposure).toMatchObject({ firstSeen: 1000, lastSeen: 3223, minDistance: 0.845, samples: 6 });
    expect(exposure?.averageDistance).toBeCloseTo(1.5151, 3);
    expect(exposure?.contacts).toEqual([sightings[2], sightings[0], sightings[1]]);
  });

  it("end where nothing follows for 3,600 seconds", () => {
    const at = (firstSeen: number): ContactRecord => ({
      tcn,
      firstSeen,
      lastSeen: firstSeen + 10,
      samples: 1,
    });
    expect(groupExposures([at(0), at(10 + EXPOSURE_GAP - 1)])).toHaveLength(1);
    expect(groupExposures([at(0), at(10 + EXPOSURE_GAP)])).toHaveLength(2);
    expect(groupExposures([])).toEqual([]);
  });

  it("hold every contact once, and say no more than their contacts do", () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 25 }), (contacts) => {
        const exposures = groupExposures(contacts);
        expect(new Set(exposures.flatMap((exposure) => exposure.contacts))).toEqual(new Set(contacts));
        expect(exposures.flatMap((exposure) => exposure.contacts)).toHaveLength(contacts.length);
        exposures.forEach((exposure, i) => {
          const { contacts: group } = exposure;
          expect(exposure.firstSeen).toBe(Math.min(...group.map((each) => each.firstSeen)));
          expect(exposure.lastSeen).toBe(Math.max(...group.map((each) => each.lastSeen)));
          expect(exposure.samples).toBe(group.reduce((sum, each) => sum + each.samples, 0));
          const averages = group.flatMap((each) => each.averageDistance ?? []);
          if (averages.length === 0) expect(exposure.averageDistance).toBeUndefined();
          else {
            expect(exposure.averageDistance).toBeGreaterThanOrEqual(Math.min(...averages) - 1e-9);
            expect(exposure.averageDistance).toBeLessThanOrEqual(Math.max(...averages) + 1e-9);
          }
          const previous = exposures[i - 1];
          if (previous) expect(exposure.firstSeen - previous.lastSeen).toBeGreaterThanOrEqual(EXPOSURE_GAP);
        });
      }),
    );
  });
});
