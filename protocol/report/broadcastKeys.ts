import { Fields, parseJson } from "../bytes/fields.ts";
import { parseLines, type ParsedLines } from "../bytes/jsonLines.ts";
import { toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { MAX_INDEX } from "../tcn/ratchet.ts";

/** Seconds for which one TCN is on air. */
export const DEFAULT_ROTATION = 900;
/** TCNs of one rak: a new rak every 6 hours (TCN 0.4.1, "Parameter selection"). */
export const TCNS_PER_RAK = 24;

/** When the TCNs of one rak were on air: index i from startedAt + (i − firstIndex) × rotation, for `rotation` seconds. */
export interface BroadcastTimes {
  /** Unix seconds. */
  startedAt: number;
  /** Seconds. */
  rotation: number;
  firstIndex: number;
  lastIndex: number;
}

/** A rak, and when its TCNs were on air. */
export interface BroadcastKey extends BroadcastTimes {
  /** 32 bytes. A secret: it never leaves the device. */
  rak: Uint8Array;
}

/** A span of time in unix seconds, `to` excluded. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** The indices of one rak that a report is to cover. */
export interface PlannedReport<Key extends BroadcastTimes = BroadcastKey> {
  key: Key;
  j1: number;
  j2: number;
}

/** Reads a broadcast-key file (JSON Lines); broken lines are reported, the rest is kept. */
export function parseBroadcastKeys(text: string): ParsedLines<BroadcastKey> {
  return parseLines(text, (line) => {
    const fields = new Fields(
      parseJson(line, "BROADCAST_KEY_INVALID", "line"),
      "BROADCAST_KEY_INVALID",
      "key",
    );
    const firstIndex = fields.uint("firstIndex", 1, MAX_INDEX);
    return {
      rak: fields.hex("rak", 32),
      startedAt: fields.uint("startedAt"),
      rotation: fields.uint("rotation", 1, 86_400),
      firstIndex,
      lastIndex: fields.uint("lastIndex", firstIndex, MAX_INDEX),
    };
  });
}

export function formatBroadcastKey(key: BroadcastKey): string {
  const { rak, startedAt, rotation, firstIndex, lastIndex } = key;
  return JSON.stringify({ rak: toHex(rak), startedAt, rotation, firstIndex, lastIndex });
}

/**
 * One broadcast key for every 6 hours of a span, the last one shortened to it.
 * @param randomRak gives 32 random bytes, new at every call
 */
export function newBroadcastKeys(span: TimeSpan, randomRak: () => Uint8Array): BroadcastKey[] {
  const keys: BroadcastKey[] = [];
  for (let startedAt = span.from; startedAt < span.to; startedAt += TCNS_PER_RAK * DEFAULT_ROTATION) {
    const lastIndex = Math.min(TCNS_PER_RAK, Math.ceil((span.to - startedAt) / DEFAULT_ROTATION));
    keys.push({ rak: randomRak(), startedAt, rotation: DEFAULT_ROTATION, firstIndex: 1, lastIndex });
  }
  return keys;
}

/** When the TCN of an index was on air. */
export function airTime(key: BroadcastTimes, index: number): TimeSpan {
  const from = key.startedAt + (index - key.firstIndex) * key.rotation;
  return { from, to: from + key.rotation };
}

/**
 * Which indices of which raks cover a span of time. Only numbers that have left the air by `now` are covered, since a
 * report discloses every number after its first.
 * @param now unix seconds
 * @throws NOTHING_TO_REPORT when no number of the span has left the air
 */
export function planReports<Key extends BroadcastTimes>(
  keys: readonly Key[],
  span: TimeSpan,
  now: number,
): PlannedReport<Key>[] {
  const plans = keys.flatMap((key) => {
    const offset = (time: number): number => (time - key.startedAt) / key.rotation;
    const j1 = Math.max(key.firstIndex, key.firstIndex + Math.floor(offset(span.from)));
    const lastOffAir = key.firstIndex + Math.floor(offset(now)) - 1;
    const j2 = Math.min(key.lastIndex, key.firstIndex + Math.ceil(offset(span.to)) - 1, lastOffAir);
    return j1 <= j2 ? [{ key, j1, j2 }] : [];
  });
  if (plans.length === 0) {
    throw new TocsinError(
      "NOTHING_TO_REPORT",
      "no contact number of that time has been sent and left the air",
    );
  }
  return plans;
}
