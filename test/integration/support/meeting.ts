import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { airTime, newBroadcastKeys, type BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { encodeCoEpiMemo, reportDay } from "@tocsin/protocol/report/memo.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import { tckAt } from "@tocsin/protocol/tcn/rak.ts";

/** Somebody who fell ill, what they reported, and what somebody recorded who had met them. */
export interface Meeting {
  key: BroadcastKey;
  /** The signed report. */
  report: Uint8Array;
  entry: Uint8Array;
  /** Hex. */
  leaf: string;
  /** Three contacts, one after the other, at 2.5, 1.5 and 3 metres. */
  contacts: ContactRecord[];
}

/** A meeting of some 40 minutes that began at `start` (unix seconds), reported with a dry cough and mild fever. */
export function meet(start: number): Meeting {
  const [key] = newBroadcastKeys({ from: start, to: start + 3 * 3_600 }, () =>
    crypto.getRandomValues(new Uint8Array(32)),
  ) as [BroadcastKey];
  const memo = encodeCoEpiMemo({ reportTime: reportDay(start), cough: "dry", fever: "mild", symptoms: [] });
  const report = createSignedReport(key.rak, { j1: 1, j2: 12, memoType: 0, memo }).bytes;
  const entry = reportEntry(report);
  const contacts = [2.5, 1.5, 3].map((minDistance, i) => contactOf(key, i + 1, minDistance));
  return { key, report, entry, leaf: toHex(leafHash(entry)), contacts };
}

/** A contact record of a number while it was on air. */
export function contactOf(key: BroadcastKey, index: number, minDistance: number): ContactRecord {
  const { from, to } = airTime(key, index);
  const tcn = tcnOf(tckAt(key.rak, index));
  const averageDistance = minDistance + 1;
  return { tcn, firstSeen: from + 30, lastSeen: to - 30, minDistance, averageDistance, samples: 10 };
}

/** A contact-record file. */
export function contactFile(records: readonly ContactRecord[]): string {
  return records.map((record) => `${formatContactRecord(record)}\n`).join("");
}
