import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { ContactTable } from "../match/contactTable.ts";
import { leafHash } from "../tree/hash.ts";
import { verifyInclusion } from "../tree/proof.ts";
import { compareContacts } from "./compareContacts.ts";
import { ContactLists } from "./contactLists.ts";
import { ENTRIES_AT_ONCE, type BatchHit } from "./matchBatch.ts";
import type { Matching } from "./matching.ts";
import { toRememberedHit, type Remembered, type RememberedBatch } from "./memory.ts";
import type { VerifiedLog } from "./readLog.ts";

/** Requests tell a gateway the hour of the earliest new contact at most. */
const HOUR = 3_600;

/** A batch that need not be read again. */
export interface KeptBatch {
  place: FoldedBatch;
  batch: RememberedBatch;
  /** Its hits, compared with the contacts of now. */
  hits: BatchHit[];
}

/** What this check looks at. */
interface Looked {
  log: VerifiedLog;
  /** Those of the last 14 days. */
  batches: readonly FoldedBatch[];
  contacts: ContactTable;
  /** Unix seconds; contacts that were last seen before are not looked for. */
  horizon: number;
  /** Whether batches that a light client passed over need not be read. */
  isLight: boolean;
  matching: Matching;
}

/**
 * Finds the batches that an earlier check compared with all contacts of now that they could expose, and what the memory is to
 * begin anew with. For a contact that is new a batch which was anchored before it was first seen can only hold replays; every
 * other one is read again.
 * @param remembered of this log; undefined where there is none
 * @returns the batches in the log's order
 */
export async function recall(
  remembered: Remembered | undefined,
  { log, batches, contacts, horizon, matching, isLight }: Looked,
): Promise<{ kept: KeptBatch[]; next: Remembered }> {
  const key = remembered?.key ?? crypto.getRandomValues(new Uint8Array(32));
  const before = remembered?.compared ?? new BigUint64Array();
  const { compared, earliestNew = Number.POSITIVE_INFINITY } = compareContacts(
    contacts,
    horizon,
    key,
    before,
  );
  const from = Math.floor(earliestNew / HOUR) * HOUR;
  const places = new Map(batches.map((place) => [place.seq, place]));
  const found = new Map<number, KeptBatch>();
  for (const batch of remembered?.batches ?? []) {
    const place = places.get(batch.seq);
    if (place && batch.anchoredAt < from && (isLight || !batch.isPassed) && isBatch(batch, place)) {
      found.set(batch.seq, { place, batch, hits: [] });
    }
  }
  const kept = [...found.values()].sort((a, b) => a.place.seq - b.place.seq);
  await matchAgain(kept, matching, new ContactLists(contacts, horizon));
  const { chainId, registry, logId, block, events } = log;
  const still = kept.map(({ batch, hits }) => ({ ...batch, hits: hits.map(toRememberedHit) }));
  const chosen = (remembered?.chosen ?? []).filter((seq) => places.has(seq));
  return { kept, next: { chainId, registry, logId, block, events, key, compared, batches: still, chosen } };
}

/** Whether this is what the log anchors there, and its hits are in it. */
function isBatch({ root, blockHash, hits }: RememberedBatch, place: FoldedBatch): boolean {
  if (blockHash !== place.blockHash || !equalBytes(root, place.root)) return false;
  try {
    for (const { entry, index, path } of hits) {
      verifyInclusion(place.root, place.count, leafHash(entry), index, path);
    }
    return true;
  } catch (error) {
    if (error instanceof TocsinError) return false;
    throw error;
  }
}

/** Compares remembered hits anew: contacts come, grow and go. */
async function matchAgain(
  kept: readonly KeptBatch[],
  matching: Matching,
  contacts: ContactLists,
): Promise<void> {
  const all = kept.flatMap((of) => of.batch.hits.map((hit) => ({ of, hit })));
  for (let from = 0; from < all.length; from += ENTRIES_AT_ONCE) {
    const some = all.slice(from, from + ENTRIES_AT_ONCE);
    const { matches } = await matching.matchEntries(some.map(({ hit }) => hit.entry));
    for (const { place, records } of matches) {
      const { of, hit } = some[place] as (typeof some)[number];
      if (contacts.of(records).length > 0) of.hits.push({ ...hit, leaf: leafHash(hit.entry), records });
    }
  }
}
