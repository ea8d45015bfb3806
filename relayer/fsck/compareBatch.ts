import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import { sortEntries } from "@tocsin/protocol/batch/file.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import { leavesWithFilter, rebuildFile, rebuildFilter } from "../batcher/rebuild.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, EntryRecord, NewEntry } from "../ports/database.ts";
import type { Finding } from "./finding.ts";
import { recoverEntries, type FsckParts } from "./parts.ts";

/** A block that stores should return, and how it is made again. */
interface Expected {
  cidDigest: Uint8Array;
  /** For people: "batch 7", "the filter of batch 7". */
  name: string;
  rebuild: () => Promise<Uint8Array | undefined>;
}

/** Compares a batch's root and CIDs with its entries in the database and with what every store returns. */
export async function compareBatchBytes(parts: FsckParts, batch: BatchRecord): Promise<Finding[]> {
  const entries = await parts.database.entriesOf(batch.seq);
  const isWhole = batch.isDeleted ? hasRoot(batch, entries) : hasBytes(batch, entries);
  if (!isWhole) return [await damagedEntries(parts, batch, entries)];
  if (batch.isDeleted || batch.state === "sealed") return [];
  const bytes = entries.map(({ entry }) => entry as Uint8Array);
  const { seq, cidDigest, filterDigest } = batch;
  const expected: Expected[] = [
    { cidDigest, name: `batch ${seq}`, rebuild: () => rebuildFile(sortEntries(bytes), batch) },
  ];
  if (filterDigest) {
    const rebuild = (): Promise<Uint8Array | undefined> =>
      rebuildFilter(parts.filters, sortEntries(bytes), batch);
    expected.push({ cidDigest: filterDigest, name: `the filter of batch ${seq}`, rebuild });
  }
  const findings = await Promise.all(
    parts.stores.flatMap((store) => expected.map((block) => compareStore(store, block))),
  );
  return findings.filter((finding) => finding !== undefined);
}

/** A batch that was taken over after its retention has no leaves either. */
function hasRoot(batch: BatchRecord, entries: readonly EntryRecord[]): boolean {
  if (entries.length === 0) return true;
  const kept = entries.map(({ leaf }) => leaf);
  const leaves = leavesWithFilter(kept, batch.filterDigest);
  return leaves.length === batch.count && equalBytes(rootOf(leaves), batch.root);
}

function hasBytes(batch: BatchRecord, entries: readonly EntryRecord[]): boolean {
  const isIntact = ({ leaf, entry }: EntryRecord): boolean =>
    entry !== undefined && equalBytes(leafHash(entry), leaf);
  return entries.length > 0 && entries.every(isIntact) && hasRoot(batch, entries);
}

async function damagedEntries(
  parts: FsckParts,
  batch: BatchRecord,
  known: readonly EntryRecord[],
): Promise<Finding> {
  const code = "ENTRIES_DAMAGED";
  const detail = `the entries that the database keeps for batch ${batch.seq} are not those of its root`;
  const recovered = await recoverEntries(parts, batch);
  if (!recovered) return { code, detail: `${detail}; no store and no gateway returns its bytes` };
  const byLeaf = new Map(known.map((entry) => [toHex(entry.leaf), entry]));
  const entries = recovered.entries.map((entry, index): NewEntry => {
    const leaf = recovered.leaves[index]!;
    const { receivedAt, deadline } = byLeaf.get(toHex(leaf)) ?? {
      receivedAt: batch.oldestReceivedAt,
      deadline: batch.sealedAt,
    };
    return { leaf, entry, receivedAt, deadline };
  });
  const { filterDigest: _, ...others } = batch;
  const { filterDigest } = recovered;
  const restored = { ...others, isDeleted: false, ...(filterDigest ? { filterDigest } : {}) };
  return {
    code,
    detail,
    repair: {
      does: "take them over from the stored block",
      run: () => parts.database.restoreBatch(restored, entries),
    },
  };
}

async function compareStore(
  store: BlockStore,
  { cidDigest, name, rebuild }: Expected,
): Promise<Finding | undefined> {
  const block = `the block ${cidOf(cidDigest)} of ${name}`;
  const repair = {
    does: `write the block to the store ${store.name} again`,
    async run() {
      const bytes = await rebuild();
      if (!bytes) throw new Error(`the database's entries do not give ${block}`);
      await store.delete(cidDigest);
      await store.put(cidDigest, bytes);
    },
  };
  let stored: Uint8Array | undefined;
  try {
    stored = await store.get(cidDigest);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { code: "STORE_FAILED", detail: `the store ${store.name} cannot be asked for ${name}: ${why}` };
  }
  if (!stored) {
    return { code: "BYTES_MISSING", detail: `the store ${store.name} does not return ${block}`, repair };
  }
  if (equalBytes(await digestFile(stored), cidDigest)) return undefined;
  return {
    code: "BYTES_DAMAGED",
    detail: `the store ${store.name} returns other bytes for ${block}`,
    repair,
  };
}
