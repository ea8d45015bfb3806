import { wordsOf } from "./storeAnswers.ts";

const STATUSES = ["queued", "pinning", "pinned", "failed"] as const;

/** A pin request as a pinning service reports it (PinStatus in the API's specification). */
export interface Pin {
  requestid: string;
  status: (typeof STATUSES)[number];
  cid: string;
  /** What the service says of the status; fit for a log. */
  details: string;
}

/** Longer ones would not fit into a URL. */
const MAX_ID_LENGTH = 1_000;

/** Reads a PinStatus; undefined where it is none. */
export function pinOf(value: unknown): Pin | undefined {
  const { requestid, status, pin, info } = (value ?? {}) as Record<string, unknown>;
  const { cid } = (pin ?? {}) as Record<string, unknown>;
  const { status_details: details } = (info ?? {}) as Record<string, unknown>;
  const known = STATUSES.find((name) => name === status);
  if (known === undefined || typeof cid !== "string" || !isId(requestid)) return undefined;
  return { requestid, status: known, cid, details: typeof details === "string" ? wordsOf(details) : "" };
}

/** Reads PinResults; undefined where it is none, or one of its pins is none. */
export function pinsOf(value: Record<string, unknown>): Pin[] | undefined {
  if (!Array.isArray(value.results)) return undefined;
  const pins = value.results.map(pinOf);
  return pins.every((pin) => pin !== undefined) ? pins : undefined;
}

/** An opaque text, but none that a URL would take for a way up: "." and "..". */
function isId(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_ID_LENGTH && /[^.]/.test(value);
}
