import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { MAX_BATCH_FILE_LENGTH } from "@tocsin/protocol/batch/file.ts";
import type { LogHistory } from "../publisher/history.ts";
import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database } from "../ports/database.ts";

export interface SealOptions {
  /** Seconds after which the oldest waiting report is sealed, however few there are. */
  sealAfter: number;
  /** Waiting reports at which a batch is sealed at once. */
  sealAt: number;
}

/**
 * Seals the waiting entries into a batch when the oldest is old enough or they are many enough. From then on the
 * batch is immutable: its file follows from its entries alone, so it can be built again after a crash.
 * @returns the sealed batch, or undefined when it is not yet time
 */
export async function sealBatch(
  database: Database,
  history: LogHistory,
  clock: Clock,
  options: SealOptions,
): Promise<BatchRecord | undefined> {
  const backlog = await database.backlog();
  const now = clock.now();
  const isOld = backlog.oldestReceivedAt !== undefined && now - backlog.oldestReceivedAt >= options.sealAfter;
  if (!isOld && backlog.count < options.sealAt && backlog.bytes < MAX_BATCH_FILE_LENGTH) return undefined;
  const entries = await database.unsealedEntries(MAX_BATCH_FILE_LENGTH);
  if (entries.length === 0) return undefined;
  const built = buildBatch(entries.map(({ entry }) => entry));
  const { size, total } = history.state;
  const batch: BatchRecord = {
    seq: size,
    firstIndex: total,
    count: built.entries.length,
    root: built.tree.root,
    cidDigest: built.cidDigest,
    state: "sealed",
    sealedAt: now,
  };
  await database.addBatch(batch, built.leaves);
  history.add(batch);
  return batch;
}
