import { HOUR, type SentHour } from "./hours.ts";

/** One day of the timeline, as the device's time zone has it. */
export interface TimelineDay {
  /** When the day begins, unix seconds. */
  from: number;
  /** All hours of the day, with how many numbers were sent in each: 24, or one more or less where clocks are changed. */
  hours: SentHour[];
}

/** A place in the timeline: an hour of a day, or the day itself where `hour` is left out. */
export interface TimelinePlace {
  /** When the day begins, unix seconds. */
  day: number;
  /** When the hour begins, unix seconds. */
  hour?: number;
}

/**
 * The days of the last 14, latest first, with all of their hours.
 * @param hours that can be reported
 * @param now unix seconds
 */
export function timelineOf(hours: readonly SentHour[], now: number): TimelineDay[] {
  const numbers = new Map(hours.map((hour) => [hour.from, hour.numbers]));
  const today = startOfDay(now, 0);
  const oldest = Math.min(startOfDay(now, 13), ...hours.map(({ from }) => startOfDay(from, 0)));
  const days: TimelineDay[] = [];
  for (let back = 0, from = today; from >= oldest; from = startOfDay(now, ++back)) {
    const end = startOfDay(from, -1);
    const ofDay: SentHour[] = [];
    // Hours that can be reported are whole ones of UTC; where the zone is half an hour off, so are the day's.
    for (let hour = Math.ceil(from / HOUR) * HOUR; hour < end; hour += HOUR) {
      ofDay.push({ from: hour, numbers: numbers.get(hour) ?? 0 });
    }
    days.push({ from, hours: ofDay });
  }
  return days;
}

/** The hours of a day in which numbers were sent. */
export function sentIn(day: TimelineDay): number[] {
  return day.hours.filter(({ numbers }) => numbers > 0).map(({ from }) => from);
}

/**
 * What a whole day's switch does: chooses all of its hours, or leaves all out where all were chosen.
 * @param leftOut hours
 */
export function toggleDay(day: TimelineDay, leftOut: ReadonlySet<number>): Set<number> {
  const hours = sentIn(day);
  const areAllChosen = hours.every((hour) => !leftOut.has(hour));
  const changed = new Set(leftOut);
  for (const hour of hours) {
    if (areAllChosen) changed.add(hour);
    else changed.delete(hour);
  }
  return changed;
}

/** @param leftOut hours */
export function toggleHour(hour: number, leftOut: ReadonlySet<number>): Set<number> {
  const changed = new Set(leftOut);
  if (!changed.delete(hour)) changed.add(hour);
  return changed;
}

/**
 * Where a key leads in the timeline: left and right to the hours in which numbers were sent, up and down to the same
 * hour of other days, or the one nearest to it. Undefined for keys that move nothing.
 */
export function moveInTimeline(
  days: readonly TimelineDay[],
  at: TimelinePlace,
  key: string,
): TimelinePlace | undefined {
  const withNumbers = days.filter((day) => sentIn(day).length > 0);
  const row = withNumbers.findIndex(({ from }) => from === at.day);
  const day = withNumbers[row];
  if (!day) return undefined;
  const places = [{ day: day.from }, ...sentIn(day).map((hour) => ({ day: day.from, hour }))];
  const column = places.findIndex(({ hour }: TimelinePlace) => hour === at.hour);
  switch (key) {
    case "ArrowLeft":
      return places[Math.max(0, column - 1)];
    case "ArrowRight":
      return places[Math.min(places.length - 1, column + 1)];
    case "Home":
      return places[0];
    case "End":
      return places.at(-1);
    case "ArrowUp":
      return sameHour(withNumbers[row - 1] ?? day, day, at.hour);
    case "ArrowDown":
      return sameHour(withNumbers[row + 1] ?? day, day, at.hour);
    default:
      return undefined;
  }
}

function sameHour(to: TimelineDay, from: TimelineDay, hour: number | undefined): TimelinePlace {
  if (hour === undefined) return { day: to.from };
  const distance = (other: number): number => Math.abs(other - to.from - (hour - from.from));
  const nearest = sentIn(to).reduce((best, other) => (distance(other) < distance(best) ? other : best));
  return { day: to.from, hour: nearest };
}

/** When a day of the device's time zone begins, unix seconds. @param back days before the one of `time` */
function startOfDay(time: number, back: number): number {
  const date = new Date(time * 1_000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - back).getTime() / 1_000;
}
