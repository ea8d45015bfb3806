import { randomBytes } from "node:crypto";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, LOG_ID, rakOf, reportOf } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { encodeCoEpiMemo, type CoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES } from "@tocsin/protocol/report/report.ts";
import { toOutcome } from "../../../dapp/alerts/outcome.ts";
import { packContacts, summarize, type PackedContacts } from "../../../dapp/contacts/packedContacts.ts";
import type { StoredKey } from "../../../dapp/report/mergeKeys.ts";
import { signReports, type OwnReport } from "../../../dapp/report/ownReport.ts";
import type { StoreName } from "../../../dapp/storage/database.ts";
import { sourceId, type Source } from "../../../dapp/sync/source.ts";

const HOUR = 3_600;
const DAY = 86_400;

/** What a page's IndexedDB holds: values, with their keys where these are not part of them. */
export type StoredData = { store: StoreName; key?: string | number; value: unknown }[];

/** A log of several days with people who were met, and what the page of somebody who met them holds. */
export interface FilledData {
  community: Community;
  contacts: ContactRecord[];
  /** Ids of the exposures, the relevant one first. */
  exposures: string[];
  reports: OwnReport[];
  /** All of it, or the contact records alone, or of these only those of people who did not report. */
  stored: (source: Source, what: "strangers" | "contacts" | "everything") => StoredData;
}

/** @param now unix seconds */
export async function makeFilledData(now: number): Promise<FilledData> {
  const community = new Community();
  for (let day = 6; day > 0; day--) {
    const people = Array.from({ length: day }, (_, i) => entryOf(100 + 10 * day + i, now - day * DAY));
    community.publish(now - day * DAY + HOUR, ...people);
  }
  community.publish(now - 60, entryOf(1, now), entryOf(2, now), entryOf(3, now));
  const near = { ...contactOf(1, 2, now - 9_000, now - 8_400), minDistance: 0.8, averageDistance: 1.5 };
  const brief = { ...contactOf(2, 2, now - 30_000, now - 29_880), averageDistance: 1.5 };
  const others = strangers(now);
  const contacts = [near, brief, ...others];
  const result = await checkExposures(community.checkOf(...contacts));
  const packed = packByDay(contacts);
  const outcome = toOutcome(result, summarize(packed.map(({ records }) => records)), now - 120);
  const exposures = outcome.exposures.sort((a, b) => b.firstSeen - a.firstSeen).map(({ id }) => id);
  const registry = to0x(community.chain.registry);
  const keys = keysOf(now);
  const reports = reportsOf(keys, { chainId: FAKE_CHAIN_ID, registry, logId: LOG_ID }, now);
  const stored: FilledData["stored"] = (source, what) => {
    const days = what === "strangers" ? packByDay(others) : packed;
    const records = days.map(
      ({ day, records }) => ({ store: "contacts", key: day, value: records }) as const,
    );
    if (what !== "everything") return records;
    const other = { ...source, name: "Another community", logId: 2, relayer: "" };
    const liar = { ...source, name: "A community that was caught", logId: 3 };
    const failure = {
      code: "LOG_HEAD_MISMATCH",
      message: "the events do not lead to the head in the contract",
    };
    const lost = {
      code: "RPC_UNAVAILABLE",
      message: "the RPC did not answer eth_chainId: it cannot be reached",
    };
    return [
      ...records,
      ...keys.map((key) => ({ store: "keys", key: toHex(key.rak), value: key }) as const),
      ...reports.map(
        (report) => ({ store: "reports", value: { ...report, relayer: source.relayer } }) as const,
      ),
      { store: "outcomes", key: sourceId(source), value: outcome },
      { store: "health", key: sourceId(source), value: { checkedAt: now - 120 } },
      { store: "health", key: sourceId(other), value: { checkedAt: now - 120, failure: lost } },
      { store: "health", key: sourceId(liar), value: { checkedAt: now - 120, failure } },
      { store: "choices", key: "sources", value: [source, other, liar] },
      { store: "marks", value: { id: exposures[1], readAt: now - 60 } },
    ];
  };
  return { community, contacts, exposures, reports, stored };
}

function packByDay(contacts: readonly ContactRecord[]): { day: number; records: PackedContacts }[] {
  const days = Map.groupBy(contacts, ({ firstSeen }) => Math.floor(firstSeen / DAY));
  return [...days].map(([day, records]) => ({ day, records: packContacts(records) }));
}

const memo = (now: number): CoEpiMemo => ({
  reportTime: BigInt(Math.floor(now / DAY) * DAY),
  earliestSymptom: BigInt(Math.floor(now / DAY) * DAY - 2 * DAY),
  cough: "dry",
  fever: "mild",
  symptoms: ["lossOfSmellOrTaste", "muscleAches"],
});

function entryOf(person: number, now: number): Uint8Array {
  const content = { memoType: MEMO_TYPES.coepiV1, memo: encodeCoEpiMemo(memo(now)) };
  return reportEntry(reportOf(person, 1, 8, content).bytes);
}

function strangers(now: number): ContactRecord[] {
  return Array.from({ length: 40 }, (_, i) => ({
    tcn: new Uint8Array(randomBytes(16)),
    firstSeen: now - 5 * DAY + i * 3 * HOUR,
    lastSeen: now - 5 * DAY + i * 3 * HOUR + 240,
    averageDistance: 4,
    samples: 8,
  }));
}

/** Two of the days before, each of one key, the older ones reported. */
function keysOf(now: number): StoredKey[] {
  const start = Math.floor(now / HOUR) * HOUR - 2 * DAY;
  return Array.from({ length: 8 }, (_, i) => ({
    rak: rakOf(40 + i),
    ...{ startedAt: start + i * 6 * HOUR, rotation: 900, firstIndex: 1, lastIndex: 24 },
    ...(i < 4 ? { retiredAt: now - DAY } : {}),
  }));
}

/** One report in each state that a page shows without asking anybody. */
function reportsOf(keys: readonly StoredKey[], log: OwnReport["log"], now: number): OwnReport[] {
  const plans = keys.slice(0, 4).map((key) => ({ key, j1: 1, j2: 24 }));
  const source = { name: "", rpc: "", gateways: [], relayer: "", ...log };
  const [unsent, received, anchored, finalized] = signReports(plans, memo(now), source, now - DAY) as [
    ...[OwnReport, OwnReport, OwnReport, OwnReport],
  ];
  const problem = {
    code: "RELAYER_UNAVAILABLE",
    message: "The relayer did not answer: it cannot be reached.",
  };
  const anchor = { anchoredAt: now - HOUR, transactionHash: `0x${"5e".repeat(32)}`, blockNumber: 7 };
  return [
    { ...unsent, dueAt: now + DAY, problem },
    { ...received, state: "received" },
    { ...anchored, state: "anchored", anchor },
    { ...finalized, state: "finalized", anchor },
  ];
}
