import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choosesAddressesItself } from "./kernel.ts";

const experiment = "15c0a148-c273-11ea-b3de-0242ac130004";

describe("a kernel", () => {
  it.each([
    "6.13.0",
    "6.12.34-rpi-v8",
    "6.12.34+rpt-rpi-v8",
    "6.8.0-45-generic",
    "5.10.0-28-amd64",
    "5.4",
    "6.13.0-rc7",
  ])("of release %s chooses the addresses of advertisements itself", (release) => {
    expect(choosesAddressesItself(release, [])).toBe(true);
    expect(choosesAddressesItself(release, ["a6695ace-ee7f-4fb9-881a-5fac66c629af"])).toBe(true);
    expect(choosesAddressesItself(release, [experiment])).toBe(false);
    expect(choosesAddressesItself(release, [experiment.toUpperCase()])).toBe(false);
  });

  it.each(["6.14.0", "6.14.0-rc1", "6.18.44-1", "7.0.0", "10.1", "5.14.0-503.el9.x86_64"])(
    "of release %s may leave them to the controller",
    (release) => {
      expect(choosesAddressesItself(release, [])).toBe(false);
    },
  );

  it.each([
    "",
    "6",
    "6.",
    "6.13x",
    "v6.1.0",
    " 6.1.0",
    "6.1.0 ",
    "6.-1",
    "6.1e1",
    "06,1",
    "6.1.0\n",
    "1234.5",
  ])("of release %j makes nothing certain", (release) => {
    expect(choosesAddressesItself(release, [])).toBe(false);
  });

  it("is judged whatever it calls itself", () => {
    fc.assert(
      fc.property(fc.string(), (release) => {
        if (choosesAddressesItself(release, [])) expect(release).toMatch(/^[0-6]?\d{0,2}\./);
      }),
    );
  });
});
