import { expect, it } from "vitest";
import { VirtualClock } from "../test/support/radio/virtualClock.ts";
import { Notes } from "./notes.ts";

it("the log tells of every change once, of what comes and goes not too often, and how things stand at last", async () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const notes = new Notes((line) => lines.push(line), clock);
  for (let second = 0; second < 3_600; second++) {
    const state = second < 3_000 && second % 2 === 0 ? "off" : "on";
    notes.stands(state, `it is ${state}`);
    await clock.advance(1_000);
  }
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThan(14);
  expect(lines.slice(0, 2)).toEqual(["it is off", "it is on"]);
  expect(lines.at(-1)).toBe("it is on");
});
