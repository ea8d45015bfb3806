import { cidDigestOf } from "../batch/digest.ts";
import { batchFileLength, type Batch } from "../batch/file.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { ENTRY_KINDS, filterEntry } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { expandAll } from "../match/expand.ts";
import { readRatchet } from "../match/readRatchet.ts";
import { buildFilter } from "./build.ts";
import { encodeFilterFile } from "./file.ts";
import type { Filter } from "./filter.ts";
import { MAX_FILTER_TCNS } from "./layout.ts";
import { TcnList } from "./tcnList.ts";

/**
 * The filter of a batch: of the TCNs of every report that a reader expands, whatever its signature. An entry of kind 2
 * changes nothing, so it is the same before the filter's own entry is added and after.
 * @returns undefined for a batch that has none, as buildFilter
 */
export function filterOfBatch(batch: Batch, kernel: Kernel): Filter | undefined {
  const ratchets = batch.entries.flatMap((entry) => readRatchet(entry) ?? []);
  const asked = ratchets.reduce((sum, { span }) => sum + span, 0);
  if (asked > MAX_FILTER_TCNS) return undefined;
  const tcns = new TcnList(asked);
  expandAll(kernel, ratchets, (words, at) => {
    tcns.add(words, at);
  });
  return filterOf(batch, tcns);
}

/**
 * The filter file that a relayer publishes with a batch. A filter's own entry changes nothing, as above.
 * @returns undefined for a batch that has none, or one whose file is not shorter than the batch's without it
 */
export function filterFileOf(batch: Batch, kernel: Kernel): Uint8Array | undefined {
  const filter = filterOfBatch(batch, kernel);
  const file = filter && encodeFilterFile(filter);
  const others = batch.entries.filter((entry) => !isFilterEntry(entry));
  return file && file.length < batchFileLength(others.map(({ length }) => length)) ? file : undefined;
}

/** The filter of a batch whose TCNs are known. @returns undefined as filterOfBatch */
export function filterOf(batch: Batch, tcns: TcnList): Filter | undefined {
  return tcns.words && buildFilter(tcns.words, filterLeaves(batch));
}

/** The leaves that a filter's seed hangs on: of all entries but those of kind 2, in the batch's order. */
function filterLeaves({ entries, leaves }: Batch): Uint8Array[] {
  return leaves.filter((_, i) => !isFilterEntry(entries[i] as Uint8Array));
}

/** Whether a reader that knows kind 2 takes an entry for a filter's, well-formed or not. */
export function isFilterEntry(entry: Uint8Array): boolean {
  return entry[0] === ENTRY_KINDS.filterDigest;
}

/**
 * Checks the entries of kind 2 of a batch against its filter, made anew from its reports. A batch without any is fine:
 * clients then read it whole.
 * @throws FILTER_DUPLICATE, FILTER_MISMATCH: the relayer's lie, which costs its light clients exposures or downloads
 */
export function checkFilterEntry(entries: readonly Uint8Array[], filter: Filter | undefined): void {
  const [entry, ...more] = entries.filter(isFilterEntry);
  if (!entry) return;
  if (more.length > 0) {
    throw new TocsinError("FILTER_DUPLICATE", `the batch names ${1 + more.length} filters, not one`);
  }
  if (!filter) throw new TocsinError("FILTER_MISMATCH", "the batch names a filter and can have none");
  if (!equalBytes(entry, filterEntry(cidDigestOf(encodeFilterFile(filter))))) {
    throw new TocsinError("FILTER_MISMATCH", "the batch names a filter that is not that of its reports");
  }
}
