import type { BatchState, Database, Finality, State, StateCount } from "../ports/database.ts";

const PAGE = 1_000;
const KEPT_MS = 5_000;

/** How many reports and batches stand in each state. */
export interface Counts {
  reports: Record<State, StateCount>;
  batches: Record<BatchState, number>;
  /** How many batches the chain holds, by how far it vouches for them. */
  finality: Record<Finality, number>;
}

type CountedDatabase = Pick<Database, "countStates" | "firstOpen" | "batches">;

/** @throws DatabaseError */
export async function readCounts(database: CountedDatabase): Promise<Counts> {
  const reports = await database.countStates();
  const firstOpen = await database.firstOpen();
  const batches: Counts["batches"] = { sealed: 0, stored: 0, posted: 0, anchored: 0, finalized: firstOpen };
  const finality: Counts["finality"] = { latest: 0, safe: 0, finalized: firstOpen };
  for (let from = firstOpen; ; from += PAGE) {
    const page = await database.batches(from, PAGE);
    for (const { state, anchor } of page) {
      batches[state]++;
      if (anchor) finality[anchor.finality]++;
    }
    if (page.length < PAGE) return { reports, batches, finality };
  }
}

/** Remembers an answer for some seconds, and asks once for all who wait: asking often cannot load the database. */
export function remembered<T>(
  read: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (last && now() < last.until) return last.answer;
    const answer = read();
    last = { answer, until: now() + KEPT_MS };
    return answer;
  };
}
