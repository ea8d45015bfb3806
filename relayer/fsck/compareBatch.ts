import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { compareBytes, equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, EntryRecord, NewEntry } from "../ports/database.ts";
import type { Finding } from "./finding.ts";
import { recoverEntries, type FsckParts } from "./parts.ts";

/** Compares a batch's root and CID with its entries in the database and with what every store returns. */
export async function compareBatchBytes(parts: FsckParts, batch: BatchRecord): Promise<Finding[]> {
  const entries = await parts.database.entriesOf(batch.seq);
  const isWhole = batch.isDeleted ? hasRoot(batch, entries) : hasBytes(batch, entries);
  if (!isWhole) return [await damagedEntries(parts, batch, entries)];
  if (batch.isDeleted || batch.state === "sealed") return [];
  const { file } = buildBatch(entries.map(({ entry }) => entry as Uint8Array));
  const findings = await Promise.all(parts.stores.map((store) => compareStore(store, batch, file)));
  return findings.filter((finding) => finding !== undefined);
}

/** A batch that was taken over after its retention has no leaves either. */
function hasRoot(batch: BatchRecord, entries: readonly EntryRecord[]): boolean {
  if (entries.length === 0) return true;
  const leaves = entries.map(({ leaf }) => leaf).sort(compareBytes);
  return leaves.length === batch.count && equalBytes(rootOf(leaves), batch.root);
}

function hasBytes(batch: BatchRecord, entries: readonly EntryRecord[]): boolean {
  const isIntact = ({ leaf, entry }: EntryRecord): boolean =>
    entry !== undefined && equalBytes(leafHash(entry), leaf);
  return entries.every(isIntact) && hasRoot(batch, entries) && entries.length === batch.count;
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
  const restored = { ...batch, isDeleted: false };
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
  batch: BatchRecord,
  file: Uint8Array,
): Promise<Finding | undefined> {
  const cid = cidOf(batch.cidDigest);
  const repair = {
    does: `write the block to the store ${store.name} again`,
    async run() {
      await store.delete(batch.cidDigest);
      await store.put(batch.cidDigest, file);
    },
  };
  let stored: Uint8Array | undefined;
  try {
    stored = await store.get(batch.cidDigest);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      code: "STORE_FAILED",
      detail: `the store ${store.name} cannot be asked for batch ${batch.seq}: ${why}`,
    };
  }
  if (!stored) {
    const detail = `the store ${store.name} does not return the block ${cid} of batch ${batch.seq}`;
    return { code: "BYTES_MISSING", detail, repair };
  }
  try {
    verifyBatchFile(stored, batch);
    return undefined;
  } catch {
    const detail = `the store ${store.name} returns other bytes for the block ${cid} of batch ${batch.seq}`;
    return { code: "BYTES_DAMAGED", detail, repair };
  }
}
