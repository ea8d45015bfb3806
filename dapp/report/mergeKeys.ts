import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { rvkOf } from "@tocsin/protocol/tcn/rak.ts";
import { isExpiredKey } from "./expiredKey.ts";

/** A broadcast key on this device. Once a report disclosed it, it must never be broadcast from or reported again. */
export interface StoredKey extends BroadcastKey {
  /** When a report disclosed it, unix seconds. */
  retiredAt?: number;
}

export interface MergedKeys {
  changed: StoredKey[];
  added: number;
  /** Keys of a rak that was known already, in storage or earlier in the file. */
  duplicates: number;
  /** Keys whose last number was on air before the retention period. */
  expired: number;
}

/**
 * Merges imported keys into the stored ones: the further of two ends of one rak stays, and a retired key stays retired,
 * even one that was erased and comes back.
 * @param disclosed when a report disclosed a rak, unix seconds, by its rvk in hex
 * @param now unix seconds
 */
export function mergeKeys(
  stored: Iterable<StoredKey>,
  imported: Iterable<BroadcastKey>,
  disclosed: ReadonlyMap<string, number>,
  now: number,
): MergedKeys {
  const known = new Map([...stored].map((key) => [toHex(key.rak), key]));
  const changed = new Map<string, StoredKey>();
  const merged: MergedKeys = { changed: [], added: 0, duplicates: 0, expired: 0 };
  for (const key of imported) {
    if (isExpiredKey(key, now)) {
      merged.expired++;
      continue;
    }
    const id = toHex(key.rak);
    const other = known.get(id);
    if (other) merged.duplicates++;
    else merged.added++;
    if (other && key.lastIndex <= other.lastIndex) continue;
    const kept = other ? { ...other, lastIndex: key.lastIndex } : withRetirement(key, disclosed);
    known.set(id, kept);
    changed.set(id, kept);
  }
  merged.changed = [...changed.values()];
  return merged;
}

function withRetirement(key: BroadcastKey, disclosed: ReadonlyMap<string, number>): StoredKey {
  const retiredAt = disclosed.size === 0 ? undefined : disclosed.get(toHex(rvkOf(key.rak)));
  return retiredAt === undefined ? key : { ...key, retiredAt };
}
