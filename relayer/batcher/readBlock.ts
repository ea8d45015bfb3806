import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Database } from "../ports/database.ts";

/**
 * A batch file from the relayer's own store or, where that has none or a damaged one, built again from the database:
 * a process whose folder is not the leader's serves every batch too.
 * @returns what is stored, damaged or not, where nothing can be built
 */
export async function readBlock(
  database: Pick<Database, "findBatch" | "entryBytesOf">,
  store: Pick<BlockStore, "get">,
  cidDigest: Uint8Array,
): Promise<Uint8Array | undefined> {
  const stored = await store.get(cidDigest);
  if (stored && equalBytes(await digestFile(stored), cidDigest)) return stored;
  const batch = await database.findBatch(cidDigest);
  if (!batch || batch.isDeleted || batch.state === "sealed") return stored;
  const entries = await database.entryBytesOf(batch.seq);
  if (!entries) return stored;
  const { file, cidDigest: built } = buildBatch(entries);
  return equalBytes(built, cidDigest) ? file : stored;
}
