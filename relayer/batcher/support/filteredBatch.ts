import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import { sortEntries } from "@tocsin/protocol/batch/file.ts";
import { entryOf } from "@tocsin/protocol/check/support/community.ts";
import { filterEntry } from "@tocsin/protocol/entry/entry.ts";
import { filterFileOf } from "@tocsin/protocol/filter/batchFilter.ts";
import { sharedKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import type { BatchRecord } from "../../ports/database.ts";

/** Batch 7, of twelve reports and their filter: what the database keeps of it, and what follows from that. */
export interface FilteredBatch {
  /** The reports' entries, in no order. */
  entries: Uint8Array[];
  /** The batch's file. */
  file: Uint8Array;
  /** The filter's file. */
  filter: Uint8Array;
  record: BatchRecord & { filterDigest: Uint8Array };
}

export function filteredBatch(): FilteredBatch {
  const entries = Array.from({ length: 12 }, (_, i) => entryOf(i + 1, 1, 24));
  const filter = filterFileOf(sortEntries(entries), sharedKernel())!;
  const filterDigest = cidDigestOf(filter);
  const { file, tree, cidDigest } = buildBatch([...entries, filterEntry(filterDigest)]);
  const record = {
    seq: 7,
    firstIndex: 40,
    count: 13,
    root: tree.root,
    cidDigest,
    filterDigest,
    state: "sealed" as const,
    sealedAt: 1_000,
    oldestReceivedAt: 900,
    isDeleted: false,
  };
  return { entries, file, filter, record };
}
