import { afterEach, describe, expect, test } from "vitest";
import { moveInTimeline, sentIn, timelineOf, toggleDay, toggleHour } from "./timeline.ts";

const HOUR = 3_600;
const zone = process.env.TZ;

afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** Unix seconds of a time in UTC. */
const at = (text: string): number => Date.parse(`${text}Z`) / 1_000;
const sent = (from: string, hours: number) =>
  Array.from({ length: hours }, (_, i) => ({ from: at(from) + i * HOUR, numbers: 4 }));

describe("timelineOf", () => {
  test("has 14 days of 24 hours, latest first, and marks those in which numbers were sent", () => {
    process.env.TZ = "UTC";
    const days = timelineOf(sent("2026-11-24T22:00", 4), at("2026-11-26T09:30"));
    expect(days).toHaveLength(14);
    expect(days.map(({ hours }) => hours.length)).toEqual(Array(14).fill(24));
    expect([days[0]!.from, days[13]!.from]).toEqual([at("2026-11-26T00:00"), at("2026-11-13T00:00")]);
    expect(days.map((day) => sentIn(day).length)).toEqual([0, 2, 2, ...Array<number>(11).fill(0)]);
  });

  test("has one day more where its first hours can still be reported", () => {
    process.env.TZ = "UTC";
    expect(timelineOf(sent("2026-11-12T20:00", 1), at("2026-11-26T09:30"))).toHaveLength(15);
  });

  test("has the device's days, also where clocks are changed or a zone is half an hour off", () => {
    process.env.TZ = "Europe/Berlin";
    const autumn = timelineOf([], at("2026-10-25T20:00"));
    expect(autumn.map(({ hours }) => hours.length)).toEqual([25, ...Array<number>(13).fill(24)]);
    expect(autumn[0]!.from).toBe(at("2026-10-24T22:00"));
    expect(timelineOf([], at("2026-03-29T20:00"))[0]!.hours).toHaveLength(23);
    process.env.TZ = "Asia/Kolkata";
    const days = timelineOf(sent("2026-11-25T18:00", 2), at("2026-11-26T09:30"));
    expect(days.slice(0, 2).map(sentIn)).toEqual([[at("2026-11-25T19:00")], [at("2026-11-25T18:00")]]);
    expect(days.every(({ hours }) => hours.length === 24)).toBe(true);
  });
});

test("a day's switch chooses all of its hours, and leaves all out where all were chosen", () => {
  process.env.TZ = "UTC";
  const [day] = timelineOf(sent("2026-11-26T01:00", 3), at("2026-11-26T09:30"));
  const [first = 0, second = 0, third = 0] = sentIn(day!);
  expect(toggleDay(day!, new Set([1]))).toEqual(new Set([1, first, second, third]));
  expect(toggleDay(day!, new Set([1, second]))).toEqual(new Set([1]));
  expect(toggleHour(second, toggleHour(first, new Set([second])))).toEqual(new Set([first]));
});

describe("moveInTimeline", () => {
  process.env.TZ = "UTC";
  const hours = [
    ...sent("2026-11-24T10:00", 2),
    ...sent("2026-11-26T08:00", 1),
    ...sent("2026-11-26T10:00", 1),
  ];
  const days = timelineOf(hours, at("2026-11-26T12:30"));
  const [today, before] = [at("2026-11-26T00:00"), at("2026-11-24T00:00")];
  const move = (day: number, hour: number | undefined, key: string) => {
    const to = moveInTimeline(days, hour === undefined ? { day } : { day, hour: day + hour * HOUR }, key);
    return to && [to.day, to.hour === undefined ? undefined : (to.hour - to.day) / HOUR];
  };

  test("goes from the day through the hours in which numbers were sent, and stays at the ends", () => {
    expect(move(today, undefined, "ArrowRight")).toEqual([today, 8]);
    expect(move(today, 8, "ArrowRight")).toEqual([today, 10]);
    expect(move(today, 10, "ArrowRight")).toEqual([today, 10]);
    expect(move(today, 8, "ArrowLeft")).toEqual([today, undefined]);
    expect(move(today, undefined, "ArrowLeft")).toEqual([today, undefined]);
    expect(move(today, 8, "End")).toEqual([today, 10]);
    expect(move(today, 10, "Home")).toEqual([today, undefined]);
  });

  test("goes to the same hour of the next day with numbers, or the nearest", () => {
    expect(move(today, 10, "ArrowDown")).toEqual([before, 10]);
    expect(move(today, 8, "ArrowDown")).toEqual([before, 10]);
    expect(move(before, 11, "ArrowUp")).toEqual([today, 10]);
    expect(move(before, undefined, "ArrowUp")).toEqual([today, undefined]);
    expect(move(before, 11, "ArrowDown")).toEqual([before, 11]);
  });

  test("leaves other keys to the page", () => {
    expect(move(today, 8, "Tab")).toBeUndefined();
  });
});
