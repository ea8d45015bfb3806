import { describe, expect, test } from "vitest";
import { encodeCoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { distanceWords, memoWords } from "./exposureWords.ts";
import { formatDuration, formatMoment, formatUtcDay } from "./timeWords.ts";

describe("durations", () => {
  test.each([
    [0, "less than a minute"],
    [29, "less than a minute"],
    [60, "about 1 minute"],
    [1_500, "about 25 minutes"],
    [3_600, "about 1 hour"],
    [3_599, "about 1 hour"],
    [3_660, "about 1 hour 1 minute"],
    [9_000, "about 2 hours 30 minutes"],
  ])("%d s is %s", (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });
});

test("days of memos do not move with the time zone", () => {
  expect(formatUtcDay(1_589_155_200)).toBe("11 May 2020");
  expect(formatUtcDay(2n ** 64n - 2n)).toBe("a time that no calendar has");
  expect(formatMoment(1e15)).toBe("a time that no calendar has");
});

test("distances", () => {
  expect(distanceWords({})).toBe("not measured");
  expect(distanceWords({ minDistance: 0.845, averageDistance: 1.5151 })).toBe(
    "about 0.8 m at the closest, 1.5 m on average",
  );
  expect(distanceWords({ minDistance: 12.4 })).toBe("about 12 m at the closest");
});

describe("memos", () => {
  test("in plain words", () => {
    const memo = encodeCoEpiMemo({
      reportTime: 1_589_155_200n,
      earliestSymptom: 1_589_068_800n,
      cough: "dry",
      fever: "mild",
      symptoms: ["breathlessness", "lossOfSmellOrTaste"],
    });
    expect(memoWords({ memoType: 0, memo })).toEqual({
      said: "A dry cough, a mild fever, breathlessness, loss of smell or taste",
      reportedOn: "11 May 2020",
      beganOn: "10 May 2020",
    });
  });

  test("that say nothing, cannot be read, or are of another app", () => {
    const silent = encodeCoEpiMemo({ reportTime: 0n, cough: "none", fever: "none", symptoms: [] });
    expect(memoWords({ memoType: 0, memo: silent }).said).toBe("Nothing about symptoms");
    expect(memoWords({ memoType: 0, memo: new Uint8Array(3) })).toEqual({ said: "Nothing that can be read" });
    expect(memoWords({ memoType: 2, memo: silent }).said).toMatch(/another app/);
  });
});
