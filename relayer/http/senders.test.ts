import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf, senderOf } from "./senders.ts";

describe("a sender", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:4711", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:1:2::", "2001:db8:1:2"],
    ["[2001:db8:1:2::6]", "2001:db8:1:2"],
    ["[2001:db8:1:2::6]:443", "2001:db8:1:2"],
    ["2001:db8::192.0.2.1", "2001:db8:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["::1", "0:0:0:0"],
    ["::", "0:0:0:0"],
  ])("at %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it.each(["", "unknown", "_hidden", "192.0.2", "192.0.2.256", "1::2::3", "192.0.2.1, 192.0.2.2", "[::1"])(
    "at %j is nobody known",
    (text) => {
      expect(networkOf(text)).toBeUndefined();
      expect(senderOf(text, "192.0.2.1")).toBe(senderOf("192.0.2.1", undefined));
    },
  );

  it("is one for a /64, and another for every other", () => {
    const address = fc.tuple(fc.ipV6(), fc.ipV6());
    fc.assert(
      fc.property(address, ([one, other]) => {
        const same = networkOf(one) === networkOf(other);
        expect(senderOf(one, undefined) === senderOf(other, undefined)).toBe(same);
        expect(networkOf(one)).toMatch(/^([\da-f]{1,4}(:[\da-f]{1,4}){3}|\d+(\.\d+){3})$/);
      }),
    );
  });

  it("is known by a number of 32 bits, whatever is said of its address", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const sender = senderOf(text, undefined);
        expect(Number.isInteger(sender) && sender >= 0 && sender < 2 ** 32).toBe(true);
      }),
    );
  });
});
