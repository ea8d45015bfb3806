import { ENTRY_KINDS } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import { readSignedShape } from "../report/read.ts";
import { REPORT_HEADER_LENGTH } from "../report/report.ts";
import type { Ratchet } from "./expand.ts";
import { MAX_SPAN } from "./limits.ts";

const KIND_LENGTH = 1;

/** What to expand of an entry, whose signature is not verified; undefined where it is no report, or one of more TCNs than MAX_SPAN. */
export function readRatchet(entry: Uint8Array): Ratchet | undefined {
  // Most of what a hostile batch can hold in numbers is too short, and an error each would cost more than a hash.
  const isReport =
    entry[0] === ENTRY_KINDS.signedReport && entry.length >= KIND_LENGTH + REPORT_HEADER_LENGTH;
  if (!isReport) return undefined;
  try {
    const { j1, j2 } = readSignedShape(entry, KIND_LENGTH);
    const span = j2 - j1 + 1;
    return span > MAX_SPAN ? undefined : { bytes: entry, at: KIND_LENGTH, j1, span };
  } catch (error) {
    if (error instanceof TocsinError) return undefined;
    throw error;
  }
}
