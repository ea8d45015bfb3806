import { RETENTION } from "@tocsin/protocol/match/retention.ts";
import type { BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";

/** Whether the last number of a key was on air before the retention period. @param now unix seconds */
export function isExpiredKey(key: BroadcastKey, now: number): boolean {
  const { startedAt, rotation, firstIndex, lastIndex } = key;
  return startedAt + (lastIndex - firstIndex + 1) * rotation < now - RETENTION;
}
