import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { CheckResult } from "@tocsin/protocol/check/checkExposures.ts";
import type { MatchedReport } from "@tocsin/protocol/check/matchedReport.ts";
import type { VerifiedLog } from "@tocsin/protocol/check/readLog.ts";
import type { Proof } from "@tocsin/protocol/log/proofFile.ts";
import { unmetParts, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { policyInWords, reasonsInWords } from "./policyWords.ts";
import { duration, time, viewMemo, type MemoView } from "./words.ts";

/** A report that matched, as `tocsin check --json` prints it. */
type ReportJson = MemoView & { leaf: string; anchoredAt: number } & PlaceJson;

/** Where in the log a report is. */
type PlaceJson =
  | {
      lane: "batch";
      /** The batch's number in the log. */
      seq: number;
      /** The entry's position in the batch. */
      index: number;
      proofFile?: string;
    }
  | {
      lane: "direct";
      /** The entry's position in the log's direct lane. */
      index: number;
      transactionHash: string;
      blockNumber: number;
    };

interface ExposureJson {
  firstSeen: number;
  lastSeen: number;
  durationSeconds: number;
  minDistance?: number;
  averageDistance?: number;
  samples: number;
  relevant: boolean;
  /** In plain words, each part of the policy that it does not meet. */
  reasons: string[];
  reports: ReportJson[];
}

/** The result of a check as `tocsin check --json` prints it. Times in unix seconds, distances in metres. */
interface CheckJson {
  log: ReturnType<typeof logToJson>;
  /** What counts as relevant, in plain words. */
  policy: string[];
  exposures: ExposureJson[];
  replays: { tcn: string; firstSeen: number; lastSeen: number }[];
  counts: CheckResult["counts"];
  faults: CheckResult["faults"];
  falseFilters: CheckResult["falseFilters"];
}

/** @param proofFiles where proofs were written to */
export function resultToJson(
  result: CheckResult,
  policy: RiskPolicy,
  proofFiles: ReadonlyMap<Proof, string>,
): CheckJson {
  return {
    log: logToJson(result.log),
    policy: policyInWords(policy),
    exposures: result.exposures.map((found) => {
      const { contacts: _, reports, ...exposure } = found;
      const unmet = unmetParts(found, policy, result.log.block.timestamp);
      return {
        ...exposure,
        durationSeconds: exposure.lastSeen - exposure.firstSeen,
        relevant: unmet.length === 0,
        reasons: reasonsInWords(unmet, policy),
        reports: reports.map((report) => ({
          leaf: toHex(report.leaf),
          anchoredAt: report.anchoredAt,
          ...placeOf(report, proofFiles),
          ...viewMemo(report.report),
        })),
      };
    }),
    replays: result.replays.map((contact) => ({ ...contact, tcn: toHex(contact.tcn) })),
    counts: result.counts,
    faults: result.faults,
    falseFilters: result.falseFilters,
  };
}

function placeOf(report: MatchedReport, proofFiles: ReadonlyMap<Proof, string>): PlaceJson {
  if (report.lane === "direct") {
    const { lane, index, transactionHash, blockNumber } = report;
    return { lane, index, transactionHash, blockNumber };
  }
  const { lane, proof } = report;
  const proofFile = proofFiles.get(proof);
  return {
    lane,
    seq: proof.batch.seq,
    index: proof.index,
    ...(proofFile === undefined ? {} : { proofFile }),
  };
}

export function resultToText(
  { log, policy, exposures, replays, counts, faults, falseFilters }: CheckJson,
  contacts: number,
): string {
  const relevant = exposures.filter((exposure) => exposure.relevant);
  const others = exposures.filter((exposure) => !exposure.relevant);
  const lines = [titleOf(relevant.length, others.length)];
  for (const exposure of [...relevant, ...others]) lines.push("", ...exposureLines(exposure));
  lines.push("", "What counts as relevant:", ...policy.map((part) => `  ${part}`));
  if (replays.length > 0) {
    lines.push(
      "",
      `${replays.length} contacts were seen only after their report was public: replays, no exposures.`,
    );
  }
  const compared = `compared with ${contacts - counts.olderContacts} contact records`;
  lines.push(
    "",
    `Verified: ${counts.batches} batches of the last 14 days and ${counts.directEntries} entries sent to the contract directly, ` +
      `with ${counts.reports} reports, ${compared}.`,
    `Log ${log.logId} of ${log.registry} on chain ${log.chainId}, head ${log.head} at block ${log.block.number}.`,
  );
  const remarks: [number, string][] = [
    [counts.rememberedBatches, "batches of these that an earlier check had read and were not read again"],
    [counts.passedBatches, "batches of these whose filters find none of the contacts and that were not read"],
    [counts.olderBatches, "batches that are older and were not read"],
    [counts.olderDirectEntries, "entries sent directly that are older and were not read"],
    [counts.olderContacts, "contact records that are older and were not looked for"],
    [counts.forgedReports, "reports that match, but whose signature is not valid"],
    [counts.unreadableReports, "reports that cannot be read"],
    [
      falseFilters.length,
      "batches whose filter for light clients is false, which only their relayer can have made so",
    ],
    [counts.unknownEntries, "entries of a kind that this version does not know"],
    [faults.length, "times that a gateway did not serve a batch as it should"],
  ];
  for (const [count, remark] of remarks) if (count > 0) lines.push(`${remark}: ${count}`);
  return lines.join("\n");
}

function titleOf(relevant: number, lessRelevant: number): string {
  if (relevant + lessRelevant === 0) return "Nothing detected.";
  if (relevant === 0) return `Less relevant encounters with people who reported: ${lessRelevant}`;
  return `Possible exposures: ${relevant}${lessRelevant === 0 ? "" : `, and less relevant: ${lessRelevant}`}`;
}

function exposureLines(exposure: ExposureJson): string[] {
  const { firstSeen, lastSeen, durationSeconds, minDistance, averageDistance, relevant, reasons } = exposure;
  const facts = [
    relevant ? "relevant" : `less relevant: ${reasons.join("; ")}`,
    distances(minDistance, averageDistance),
    ...exposure.reports.flatMap(reportLines),
  ];
  return [
    `${time(firstSeen)} to ${time(lastSeen)} (${duration(durationSeconds)})`,
    ...facts.map((fact) => `  ${fact}`),
  ];
}

function reportLines(report: ReportJson): string[] {
  const { leaf, anchoredAt, memoInWords } = report;
  if (report.lane === "direct") {
    return [
      `${memoInWords}; sent directly to the contract at ${time(anchoredAt)}`,
      `leaf ${leaf}, transaction ${report.transactionHash} in block ${report.blockNumber}`,
    ];
  }
  const { seq, proofFile } = report;
  return [
    `${memoInWords}; anchored at ${time(anchoredAt)} in batch ${seq}`,
    `leaf ${leaf}${proofFile === undefined ? "" : `, proof ${proofFile}`}`,
  ];
}

function logToJson({ chainId, registry, logId, operator, state, head, block }: VerifiedLog): {
  chainId: number;
  registry: string;
  logId: number;
  operator: string;
  size: number;
  total: number;
  head: string;
  block: VerifiedLog["block"];
} {
  const { size, total } = state;
  return {
    chainId,
    registry: to0x(registry),
    logId,
    operator: to0x(operator),
    size,
    total,
    head: to0x(head),
    block,
  };
}

function distances(minimum: number | undefined, average: number | undefined): string {
  const parts = [
    ...(minimum === undefined ? [] : [`nearest ${minimum.toFixed(1)} m`]),
    ...(average === undefined ? [] : [`on average ${average.toFixed(1)} m`]),
  ];
  return parts.length === 0 ? "distance unknown" : parts.join(", ");
}
