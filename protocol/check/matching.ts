/* eslint-disable @typescript-eslint/require-await -- whoever waits for a thread waits for this one alike */
import { sharedKernel } from "../kernel/sharedKernel.ts";
import type { AnchoredBatch } from "../log/state.ts";
import type { ContactTable } from "../match/contactTable.ts";
import { matchBatch, matchEntries, type BatchMatch, type EntriesMatch } from "./matchBatch.ts";

/** Who compares batches with the contacts: this thread, or several others. */
export interface Matching {
  /** Batches that are worked on at once. */
  readonly width: number;
  /** As matchBatch. The file is handed over: whoever asks has it no longer. */
  match(file: Uint8Array<ArrayBuffer>, anchored: Pick<AnchoredBatch, "count" | "root">): Promise<BatchMatch>;
  /** As matchEntries. */
  matchEntries(entries: readonly Uint8Array[]): Promise<EntriesMatch>;
}

/** Compares on the thread that calls. */
export function localMatching(contacts: ContactTable): Matching {
  const kernel = sharedKernel();
  return {
    width: 1,
    match: async (file, anchored) => matchBatch(kernel, contacts, file, anchored),
    matchEntries: async (entries) => matchEntries(kernel, contacts, entries),
  };
}
