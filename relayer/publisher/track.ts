import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Anchor, BatchRecord, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";
import type { LogHistory } from "./history.ts";

/** Batches that are not finalized yet fit into one page: the publisher has few in flight. */
const PAGE = 1_000;

/**
 * Compares the database with the chain and moves batches to anchored and finalized, or back to posted where a
 * reorganisation took them out. The log's head decides, never a transaction receipt.
 * @param firstOpen the first batch that is not finalized
 * @returns how many batches stand in the chain; undefined when the RPC lags behind what was seen before: nothing can be told from it now
 * @throws PublisherFault HEAD_UNKNOWN when the head is none that this relayer made
 */
export async function trackLog(
  database: Database,
  registry: Registry,
  history: LogHistory,
  firstOpen: number,
): Promise<number | undefined> {
  const latest = await registry.block("latest");
  const head = await registry.head(latest.number);
  const size = history.sizeOf(head);
  if (size === undefined) {
    throw new PublisherFault(
      "HEAD_UNKNOWN",
      `the head ${to0x(head)} on the chain is none that this relayer made: somebody else operates the log, or this ` +
        "database is not the log's. Nothing is posted over it",
    );
  }
  const open = await database.batches(firstOpen, PAGE);
  for (const batch of open.filter(({ seq, anchor }) => seq >= size && anchor)) {
    const anchor = batch.anchor as Anchor;
    if (latest.number < anchor.blockNumber) return undefined;
    if ((await registry.block(anchor.blockNumber)).hash === anchor.blockHash) return undefined;
    await database.setBatchState(batch.seq, "posted");
  }
  const [before] = firstOpen === 0 ? [] : await database.batches(firstOpen - 1, 1);
  await anchorBatches(database, registry, open, size, before?.anchor?.blockNumber ?? 0, latest.number);
  return size;
}

async function anchorBatches(
  database: Database,
  registry: Registry,
  open: readonly BatchRecord[],
  size: number,
  finalizedBefore: number,
  latest: number,
): Promise<void> {
  const standing = open.filter(({ seq }) => seq < size);
  if (standing.length === 0) return;
  const finalized = (await registry.block("finalized")).number;
  const anchors = anchorsOf(await registry.events(finalizedBefore, latest));
  for (const batch of standing) {
    const anchor = anchors.get(batch.seq);
    if (!anchor) continue;
    const state = anchor.blockNumber <= finalized ? "finalized" : "anchored";
    if (batch.state !== state || batch.anchor?.blockHash !== anchor.blockHash) {
      await database.setBatchState(batch.seq, state, anchor);
    }
  }
}

function anchorsOf(events: readonly LogEvent[]): Map<number, Anchor> {
  const anchors = new Map<number, Anchor>();
  for (const event of events) {
    if (event.name !== "BatchAppended") continue;
    const { transactionHash, blockNumber, blockHash } = event;
    anchors.set(event.batch.seq, { transactionHash, blockNumber, blockHash });
  }
  return anchors;
}
