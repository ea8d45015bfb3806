import type { Span } from "./machine.ts";
import type { Path } from "./path.ts";

/** Two people nearer to each other than `nearness` metres, all the time. */
export interface Meeting extends Span {
  one: number;
  other: number;
}

/** Milliseconds between two looks at where everybody is. */
const step = 5_000;

/** Every meeting of a day that lasts at least so long (ms), from the paths of all people. */
export function meetings(
  paths: readonly Path[],
  day: Span,
  { nearness, shortest }: { nearness: number; shortest: number },
): Meeting[] {
  const found: Meeting[] = [];
  const since = new Map<number, number>();
  for (let time = day.from; time <= day.to; time += step) {
    const places = paths.map((path) => path.at(time));
    for (let one = 0; one < paths.length; one++) {
      for (let other = one + 1; other < paths.length; other++) {
        const pair = one * paths.length + other;
        const [a, b] = [places[one]!, places[other]!];
        const isNear = time < day.to && Math.hypot(a.x - b.x, a.y - b.y) <= nearness;
        const from = since.get(pair);
        if (isNear && from === undefined) since.set(pair, time);
        if (isNear || from === undefined) continue;
        since.delete(pair);
        if (time - step - from >= shortest) found.push({ one, other, from, to: time - step });
      }
    }
  }
  return found;
}

/** What is left of a span when others are taken out of it. */
export function without(span: Span, others: readonly Span[]): Span[] {
  let left = [span];
  for (const { from, to } of others) {
    left = left.flatMap((part) =>
      to <= part.from || from >= part.to
        ? [part]
        : [
            { from: part.from, to: from },
            { from: to, to: part.to },
          ].filter((rest) => rest.from < rest.to),
    );
  }
  return left;
}
