import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";

export interface MergedContacts {
  /** What is to be stored now: the stored records, those that now say more, and the new ones. */
  records: ContactRecord[];
  added: number;
  /** Records of a sighting that was known already, in storage or earlier in the file. */
  duplicates: number;
  /** Records last seen before the retention period. */
  expired: number;
}

/** What makes two records the same sighting: the TCN and when it was first seen. */
function sightingOf(record: ContactRecord): string {
  return `${toHex(record.tcn)} ${record.firstSeen}`;
}

/**
 * Merges imported records into the stored ones. Of two records of one sighting the one with more samples stays: a
 * recorder writes a sighting again as it goes on.
 * @param now unix seconds
 */
export function mergeContacts(
  stored: Iterable<ContactRecord>,
  imported: Iterable<ContactRecord>,
  now: number,
): MergedContacts {
  const known = new Map([...stored].map((record) => [sightingOf(record), record]));
  const merged: MergedContacts = { records: [], added: 0, duplicates: 0, expired: 0 };
  for (const record of imported) {
    if (isExpired(record, now)) {
      merged.expired++;
      continue;
    }
    const key = sightingOf(record);
    const other = known.get(key);
    if (other) merged.duplicates++;
    else merged.added++;
    if (other && record.samples <= other.samples) continue;
    known.set(key, record);
  }
  merged.records = [...known.values()];
  return merged;
}

/** Whether a record was last seen before the retention period. @param now unix seconds */
export function isExpired(record: ContactRecord, now: number): boolean {
  return record.lastSeen < now - RETENTION;
}
