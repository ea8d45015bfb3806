import {
  airTime,
  TCNS_PER_RAK,
  type BroadcastKey,
  type TimeSpan,
} from "@tocsin/protocol/report/broadcastKeys.ts";

/** A rak, the indices of it that have begun to be on air, and what became of it. Times are unix seconds. */
export interface StoredKey extends BroadcastKey {
  /** Since when it is certain that it never goes on. */
  retiredAt?: number;
  /** Since when its numbers may be public: it is not offered any more. */
  handedOutAt?: number;
}

/**
 * Which index of a rak is due: the one that began last, or the one after it. Undefined where the run is over: the rak is
 * used up or retired, or the clock shows any other slot.
 */
export function dueIndex(key: StoredKey, now: number): number | undefined {
  if (key.retiredAt !== undefined) return undefined;
  const index = key.firstIndex + Math.floor((now - key.startedAt) / key.rotation);
  if (index === key.lastIndex) return index;
  return index === key.lastIndex + 1 && index < key.firstIndex + TCNS_PER_RAK ? index : undefined;
}

/**
 * The part of a key from the first to the last number that was on air in any of the windows. Undefined where none was.
 */
export function cutTo(windows: readonly TimeSpan[], key: BroadcastKey): BroadcastKey | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const { from, to } of windows) {
    if (!(from < to)) continue;
    const begin = Math.floor((from - key.startedAt) / key.rotation);
    const end = Math.ceil((to - key.startedAt) / key.rotation) - 1;
    const touchedFirst = Math.max(key.firstIndex, key.firstIndex + begin);
    const touchedLast = Math.min(key.lastIndex, key.firstIndex + end);
    if (touchedFirst > touchedLast) continue;
    first = Math.min(first, touchedFirst);
    last = Math.max(last, touchedLast);
  }
  if (first > last) return undefined;
  const { rak, rotation } = key;
  return { rak, startedAt: airTime(key, first).from, rotation, firstIndex: first, lastIndex: last };
}

/** When the last number of a key that was on air left it. */
export function endOf(key: BroadcastKey): number {
  return airTime(key, key.lastIndex).to;
}
