import type { FoldedBatch } from "../log/fold.ts";
import { chooseBatches, type BatchChoice } from "./chooseBatches.ts";
import type { AnchorTime } from "./horizon.ts";
import type { Remembered, RememberedBatch } from "./memory.ts";

/** How a light client checks. */
export interface LightCheck extends Omit<BatchChoice, "chosen"> {
  anchorTime: AnchorTime;
}

/**
 * Chooses what a light client reads of the batches that an earlier check did not, and what the memory begins with, before
 * any of it is asked for: a check that is interrupted goes on with the same choice.
 * @throws as AnchorTime, or the signal's reason
 */
export async function passBatches(
  unread: readonly FoldedBatch[],
  next: Remembered,
  light: LightCheck,
): Promise<{ toRead: FoldedBatch[]; next: Remembered }> {
  const toRead = await chooseBatches(unread, { ...light, chosen: new Set(next.chosen) });
  const isRead = new Set(toRead);
  const passed: RememberedBatch[] = [];
  for (const batch of unread) {
    // Asked of every batch, so that the RPC does not learn which are read.
    const anchoredAt = await light.anchorTime(batch);
    if (!isRead.has(batch)) passed.push(toPassed(batch, anchoredAt));
  }
  const chosen = [...new Set([...next.chosen, ...toRead.map(({ seq }) => seq)])];
  return { toRead, next: { ...next, batches: [...next.batches, ...passed], chosen } };
}

function toPassed({ seq, root, blockHash }: FoldedBatch, anchoredAt: number): RememberedBatch {
  const counts = { reports: 0, unknownEntries: 0, unreadableReports: 0 };
  const found = { isFilterFalse: false, isPassed: true, disclosed: new Uint32Array(), hits: [] };
  return { seq, root, blockHash, anchoredAt, counts, ...found };
}
