import { expect, it } from "vitest";
import { VirtualClock } from "../test/support/radio/virtualClock.ts";
import { Attempts } from "./attempts.ts";
import { RecorderError } from "./errors.ts";

const fail = (): never => {
  throw new RecorderError("ADAPTER_BUSY", "try later");
};

it("what fails is tried after 1 s, 2 s, 4 s and so on, and every minute at last", async () => {
  const clock = new VirtualClock();
  const attempts = new Attempts<"a">(clock);
  const tries: number[] = [];
  for (let second = 0; second < 300; second++) {
    const action = (): never => {
      tries.push(second);
      return fail();
    };
    expect(await attempts.try("a", action)).toBe(false);
    await clock.advance(1_000);
  }
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  expect(attempts.problem("a")).toEqual({ code: "ADAPTER_BUSY", message: "try later" });
  attempts.hurry();
  expect(await attempts.try("a", () => undefined)).toBe(true);
  expect(attempts.problem("a")).toBeUndefined();
});

it("one failure holds up nothing else, and the first that is asked for is named", async () => {
  const attempts = new Attempts<"a" | "b" | "c">(new VirtualClock());
  await attempts.try("c", () => Promise.reject(new TypeError("rak 0101")));
  expect(await attempts.try("a", () => undefined)).toBe(true);
  expect(attempts.problem("a", "b", "c"), "a foreign message goes no further").toEqual({
    code: "BLUETOOTH_UNAVAILABLE",
    message: expect.not.stringContaining("rak") as string,
  });
  await attempts.try("b", fail);
  expect(attempts.problem("a", "b", "c")!.code).toBe("ADAPTER_BUSY");
});
