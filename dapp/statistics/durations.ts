/** What can be said of some durations in three numbers, seconds. */
export interface Durations {
  shortest: number;
  median: number;
  longest: number;
}

/** Undefined where there are none. Of an even number of durations the median is the mean of the middle two. */
export function summarizeDurations(seconds: readonly number[]): Durations | undefined {
  const sorted = [...seconds].sort((a, b) => a - b);
  const [shortest, longest] = [sorted[0], sorted.at(-1)];
  if (shortest === undefined || longest === undefined) return undefined;
  const [below, above] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return { shortest, median: (below + above) / 2, longest };
}
