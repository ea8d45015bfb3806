import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceOf, lossOf, type Way } from "./distance.ts";

const metres = (way: Way, rssi: number, txPower?: number): number | undefined => {
  const loss = lossOf(way, rssi, txPower);
  return loss === undefined ? undefined : distanceOf(loss);
};

describe("a distance", () => {
  it("is one metre at the strength that the sender's power has there", () => {
    for (const [txPower, rssi] of [
      [12, -67],
      [20, -67],
      [9, -71],
      [11, -71],
      [8, -86],
      [0, -86],
      [21, -86],
      [-8, -67],
      [-9, -71],
      [-11, -71],
      [-12, -86],
      [-20, -86],
    ])
      expect(metres("advertisement", rssi!, txPower), `${txPower} dBm`).toBe(1);
  });

  it("assumes the usual power of the way where none is named", () => {
    expect(metres("advertisement", -67)).toBe(1);
    expect(metres("connection", -71)).toBe(1);
  });

  it("grows tenfold with every 20 dB, in whole centimetres", () => {
    expect(metres("advertisement", -87, 12)).toBe(10);
    expect(metres("advertisement", -47, 12)).toBe(0.1);
    expect(metres("advertisement", -73, 12)).toBe(2);
    expect(metres("advertisement", -70, 12)).toBe(1.41);
  });

  it("is unknown without a strength, and where the strength is none that a radio hears", () => {
    expect(lossOf("advertisement", undefined)).toBeUndefined();
    for (const rssi of [20, 127, Infinity, -128, -Infinity, NaN])
      expect(metres("connection", rssi)).toBeUndefined();
    expect(metres("advertisement", 19)).toBe(0);
    expect(metres("advertisement", -127)).toBe(1_000);
  });

  it("is at most a kilometre, whatever a peer says", () => {
    const anything = fc.oneof(fc.double(), fc.integer());
    fc.assert(
      fc.property(anything, anything, (rssi, txPower) => {
        const found = metres("advertisement", rssi, txPower) ?? 0;
        expect(found >= 0 && found <= 1_000).toBe(true);
      }),
    );
  });
});
