import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Finding } from "./finding.ts";

/**
 * What lies in a store and belongs to no batch: blocks of nobody's, and files that a crash left.
 * @param wanted the cidDigests of batches whose bytes are kept, and of their filters, hex
 */
export async function findStrays(store: BlockStore, wanted: ReadonlySet<string>): Promise<Finding[]> {
  if (!store.list || !store.removeStray) return [];
  const { blocks, strays } = await store.list();
  const unknown = blocks.filter((cidDigest) => !wanted.has(toHex(cidDigest)));
  return [
    ...unknown.map((cidDigest): Finding => ({
      code: "BLOCK_UNKNOWN",
      detail: `the store ${store.name} holds the block ${cidOf(cidDigest)}, which is no batch's and no filter's`,
      repair: { does: "delete it", run: () => store.delete(cidDigest) },
    })),
    ...strays.map((name): Finding => ({
      code: "STRAY_FILE",
      detail: `the store ${store.name} holds ${name}, which is no block`,
      repair: { does: "delete it", run: () => store.removeStray!(name) },
    })),
  ];
}
