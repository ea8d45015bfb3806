import { TocsinError } from "../errors.ts";

export const COUGHS = ["none", "existing", "dry", "wet"] as const;
export const FEVERS = ["none", "mild", "serious"] as const;
/** In the order of their bits in byte 19 of the memo. */
export const SYMPTOMS = [
  "breathlessness",
  "muscleAches",
  "lossOfSmellOrTaste",
  "diarrhoea",
  "runnyNose",
  "other",
  "noSymptoms",
] as const;

export type Cough = (typeof COUGHS)[number];
export type Fever = (typeof FEVERS)[number];
export type Symptom = (typeof SYMPTOMS)[number];

/** What a CoEpi v1 memo says. Times in unix seconds, as bigint since strangers may write any u64. */
export interface CoEpiMemo {
  reportTime: bigint;
  /** Left out unless the person chooses to give it: whatever is rare in a memo links a person's reports. */
  earliestSymptom?: bigint;
  cough: Cough;
  fever: Fever;
  symptoms: Symptom[];
}

const LENGTH = 20;
const VERSION = 1;
const NOT_GIVEN = 0xffff_ffff_ffff_ffffn;
const DAY = 86_400;

/** 20 bytes, little-endian (wire facts, "CoEpi memo v1"). */
export function encodeCoEpiMemo(memo: CoEpiMemo): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, VERSION, true);
  view.setBigUint64(2, memo.reportTime, true);
  view.setBigUint64(10, memo.earliestSymptom ?? NOT_GIVEN, true);
  bytes[18] = COUGHS.indexOf(memo.cough) | (FEVERS.indexOf(memo.fever) << 4);
  bytes[19] = memo.symptoms.reduce((bits, symptom) => bits | (1 << SYMPTOMS.indexOf(symptom)), 0);
  return bytes;
}

/** @throws MEMO_INVALID */
export function decodeCoEpiMemo(bytes: Uint8Array): CoEpiMemo {
  const fail = (why: string): never => {
    throw new TocsinError("MEMO_INVALID", `not a CoEpi v1 memo: ${why}`);
  };
  if (bytes.length !== LENGTH) fail(`${bytes.length} bytes instead of 20`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH);
  if (view.getUint16(0, true) !== VERSION) fail(`version ${view.getUint16(0, true)}`);
  const earliest = view.getBigUint64(10, true);
  const bits = view.getUint8(19);
  if (bits > 0x7f) fail("bit 7 of the symptoms is set");
  return {
    reportTime: view.getBigUint64(2, true),
    ...(earliest === NOT_GIVEN ? {} : { earliestSymptom: earliest }),
    cough: COUGHS[view.getUint8(18) & 0x0f] ?? fail("cough out of range"),
    fever: FEVERS[view.getUint8(18) >> 4] ?? fail("fever out of range"),
    symptoms: SYMPTOMS.filter((_, bit) => (bits >> bit) & 1),
  };
}

/** A report time that links nothing: unix seconds rounded down to the day. */
export function reportDay(now: number): bigint {
  return BigInt(Math.floor(now / DAY) * DAY);
}
