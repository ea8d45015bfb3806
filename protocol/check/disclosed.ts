import { readU16LE } from "../bytes/bytes.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { MAX_SPAN } from "../match/limits.ts";
import type { SignedReport } from "../report/report.ts";
import { expandTcns, TCN_LENGTH } from "../tcn/ratchet.ts";
import type { TcnContacts } from "./contactLists.ts";
import type { RememberedBatch } from "./memory.ts";

/** Words that stand for one report: the first eight bytes of its last TCN as the kernel has them, and j1 | j2 << 16. */
export const DISCLOSED_WORDS = 3;
const MAX_INDEX = 65_535;

/** A number that a remembered report may end with, and the contacts on the way to it. */
interface End {
  second: number;
  index: number;
  places: Place[];
}

/** The contacts of a TCN, and its index. */
interface Place {
  contacts: TcnContacts;
  index: number;
}

/**
 * Contacts that were seen only after some remembered batch had disclosed their number, though that batch was never compared
 * with them: a batch is not read again for contacts that it can only be a replay for, and a later report of the same
 * numbers must not make an exposure of them. A report stands for its numbers here by the last of them: from a number that
 * matched, the ratchet leads on to the ends of all reports that cover it.
 */
export function seenAfterDisclosure(
  matched: readonly { contacts: readonly TcnContacts[]; report: { report: SignedReport } }[],
  batches: readonly RememberedBatch[],
): Set<ContactRecord> {
  if (batches.length === 0) return new Set();
  const ends = endsOf(matched);
  if (ends.size === 0) return new Set();
  const publicAt = new Map<TcnContacts, number>();
  for (const { disclosed, anchoredAt } of batches) {
    for (let at = 0; at < disclosed.length; at += DISCLOSED_WORDS) {
      const candidates = ends.get(disclosed[at]!);
      if (!candidates) continue;
      const [j1, j2] = [disclosed[at + 2]! & 0xffff, disclosed[at + 2]! >>> 16];
      for (const { second, index, places } of candidates) {
        if (second !== disclosed[at + 1] || index !== j2) continue;
        for (const { contacts, index } of places) {
          if (j1 > index || index > j2) continue;
          publicAt.set(contacts, Math.min(anchoredAt, publicAt.get(contacts) ?? anchoredAt));
        }
      }
    }
  }
  const late = [...publicAt].flatMap(([contacts, at]) => contacts.filter(({ firstSeen }) => firstSeen > at));
  return new Set(late);
}

/** By the first word of their number. Each TCN is followed once, whatever number of reports covers it. */
function endsOf(
  matched: readonly { contacts: readonly TcnContacts[]; report: { report: SignedReport } }[],
): Map<number, End[]> {
  const ends = new Map<number, End[]>();
  const followed = new Set<TcnContacts>();
  for (const { contacts, report } of matched) {
    const fresh = contacts.filter((list) => !followed.has(list));
    if (fresh.length === 0) continue;
    for (const list of fresh) followed.add(list);
    const { rvk, tckBeforeJ1, j1, j2 } = report.report;
    const tcns = expandTcns(rvk, tckBeforeJ1, j1, Math.min(MAX_INDEX, j2 + MAX_SPAN - 1));
    const places = placesOf(tcns, j1, fresh);
    const first = Math.min(...places.map(({ index }) => index));
    for (let index = first; index < j1 + tcns.length / TCN_LENGTH; index++) {
      const [word, second] = wordsAt(tcns, (index - j1) * TCN_LENGTH);
      const known = ends.get(word) ?? [];
      ends.set(word, known);
      known.push({ second, index, places });
    }
  }
  return ends;
}

/** Where in joined TCNs from j1 on those of contacts are. */
function placesOf(tcns: Uint8Array, j1: number, lists: readonly TcnContacts[]): Place[] {
  const byTcn = new Map(lists.map((contacts) => [(contacts[0] as ContactRecord).tcn.join(), contacts]));
  const places = [];
  for (let place = 0; place < tcns.length / TCN_LENGTH; place++) {
    const contacts = byTcn.get(tcns.subarray(place * TCN_LENGTH, (place + 1) * TCN_LENGTH).join());
    if (contacts) places.push({ contacts, index: j1 + place });
  }
  return places;
}

/** The first eight bytes of a TCN, as the kernel has them. */
function wordsAt(tcns: Uint8Array, at: number): [number, number] {
  const word = (from: number): number => (readU16LE(tcns, from) | (readU16LE(tcns, from + 2) << 16)) >>> 0;
  return [word(at), word(at + 4)];
}
