import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { decodeCoEpiMemo, type CoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES, type Report } from "@tocsin/protocol/report/report.ts";

/** The latest second that a Date can name. Strangers write any number. */
const LAST_SECOND = 8_640_000_000_000;

/** What a memo says, for machines and for people. Times in unix seconds; null where they lie beyond any calendar. */
export interface MemoView {
  memoType: number;
  /** Hex. */
  memo: string;
  memoInWords: string;
  reportTime?: number | null;
  earliestSymptom?: number | null;
  cough?: string;
  fever?: string;
  symptoms?: string[];
}

export function viewMemo({ memoType, memo }: Pick<Report, "memoType" | "memo">): MemoView {
  const raw = { memoType, memo: toHex(memo) };
  if (memoType !== MEMO_TYPES.coepiV1) {
    const [format] = Object.entries(MEMO_TYPES).find(([, type]) => type === memoType) ?? ["unknown"];
    return { ...raw, memoInWords: `a memo of the format ${format}, ${memo.length} bytes` };
  }
  try {
    const content = decodeCoEpiMemo(memo);
    const { earliestSymptom: earliest } = content;
    return {
      ...raw,
      memoInWords: inWords(content),
      reportTime: seconds(content.reportTime),
      ...(earliest === undefined ? {} : { earliestSymptom: seconds(earliest) }),
      cough: content.cough,
      fever: content.fever,
      symptoms: content.symptoms,
    };
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    return { ...raw, memoInWords: error.message };
  }
}

function inWords({ reportTime, earliestSymptom, cough, fever, symptoms }: CoEpiMemo): string {
  const parts = [`reported on ${day(seconds(reportTime))}`];
  if (earliestSymptom !== undefined) parts.push(`first symptom on ${day(seconds(earliestSymptom))}`);
  if (cough !== "none") parts.push(cough === "existing" ? "cough" : `${cough} cough`);
  if (fever !== "none") parts.push(`${fever} fever`);
  parts.push(...symptoms.map((symptom) => symptom.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)));
  return parts.join(", ");
}

/** A time as people read it: 2026-03-01 18:00:00Z. */
export function time(unixSeconds: number): string {
  if (!(unixSeconds <= LAST_SECOND)) return `second ${unixSeconds}`;
  return new Date(unixSeconds * 1000).toISOString().replace("T", " ").replace(".000Z", "Z");
}

/** A length of time as people read it: 1 h 15 min. */
export function duration(totalSeconds: number): string {
  const [hours, minutes] = [Math.floor(totalSeconds / 3600), Math.floor((totalSeconds % 3600) / 60)];
  if (hours === 0) return minutes === 0 ? `${totalSeconds} s` : `${minutes} min`;
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}

/** An amount of wei as people read it: 0.25 ether. */
export function ether(wei: bigint): string {
  const digits = wei.toString().padStart(19, "0");
  const fraction = digits.slice(-18).replace(/0+$/, "");
  return `${digits.slice(0, -18)}${fraction === "" ? "" : `.${fraction}`} ether`;
}

/** A fee for a unit of gas as people read it: 1.25 gwei. */
export function gwei(wei: bigint): string {
  return `${Math.round(Number(wei) / 1e6) / 1e3} gwei`;
}

/** Aligned lines of "name  value". */
export function table(rows: Record<string, string | number>): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join("\n");
}

function day(unixSeconds: number | null): string {
  return unixSeconds === null ? "an impossible day" : time(unixSeconds).slice(0, 10);
}

function seconds(value: bigint): number | null {
  return value <= BigInt(LAST_SECOND) ? Number(value) : null;
}
