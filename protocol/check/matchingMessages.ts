import { TocsinError, type ErrorCode } from "../errors.ts";
import type { AnchoredBatch } from "../log/state.ts";
import type { BatchMatch, EntriesMatch } from "./matchBatch.ts";
import type { Matching } from "./matching.ts";

/** What a thread is asked to compare: a batch's file, or entries sent directly. */
export type MatchRequest =
  | { file: Uint8Array<ArrayBuffer>; anchored: Pick<AnchoredBatch, "count" | "root"> }
  | { entries: readonly Uint8Array[] };

/** What it answers. Errors lose their class on the way, so they are written out. */
export type MatchAnswer<T = BatchMatch | EntriesMatch> = { match: T } | { code: ErrorCode; message: string };

/** A thread's side: compares, and never throws for what is in the request. */
export async function answerMatch(matching: Matching, request: MatchRequest): Promise<MatchAnswer> {
  try {
    if ("file" in request) return { match: await matching.match(request.file, request.anchored) };
    return { match: await matching.matchEntries(request.entries) };
  } catch (error) {
    if (error instanceof TocsinError) return { code: error.code, message: error.message };
    throw error;
  }
}

/** The asker's side. @throws what the thread's comparison threw */
export function matchIn<T>(answer: MatchAnswer<T>): T {
  if ("match" in answer) return answer.match;
  throw new TocsinError(answer.code, answer.message);
}
