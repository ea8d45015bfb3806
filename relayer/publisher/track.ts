import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import type { Anchor, BatchRecord, BatchState, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";
import type { LogHistory } from "./history.ts";
import type { Notify } from "./notify.ts";
import { askUntil, type ChainView } from "./view.ts";

/** Batches that are looked after in one round; those behind wait until the first of them are finalized. */
const PAGE = 1_000;

/** The head on the chain, as this relayer knows it. @throws PublisherFault HEAD_UNKNOWN when it never made it */
export function sizeOnChain(history: LogHistory, view: ChainView): number {
  const size = history.sizeOf(view.head);
  if (size !== undefined) return size;
  throw new PublisherFault(
    "HEAD_UNKNOWN",
    `the head ${to0x(view.head)} on the chain is none that this relayer made: somebody else operates the log, or this ` +
      "database is not the log's. Nothing is posted over it",
  );
}

/** Moves batches to anchored and finalized, or back to posted where a reorganisation took them out. */
export class Tracker {
  readonly #database: Database;
  readonly #registry: Registry;
  readonly #notify: Notify;
  /** Batches that are not finalized stand in no block up to this one. */
  #settled: number | undefined;

  constructor(database: Database, registry: Registry, notify: Notify) {
    this.#database = database;
    this.#registry = registry;
    this.#notify = notify;
  }

  /**
   * Compares the database with the chain. The log's head decides, never a transaction receipt.
   * @param size batches that stand in the chain at the view's block
   * @param mayLag whether what contradicts itself is taken for a lagging node, not for the truth
   * @returns false when the chain contradicts itself: nothing can be told now
   */
  async round(view: ChainView, size: number, mayLag: boolean): Promise<boolean> {
    const { latest } = view;
    const firstOpen = await this.#database.firstOpen();
    const open = await this.#database.batches(firstOpen, PAGE);
    for (const batch of open) {
      if (batch.seq < size || !batch.anchor) continue;
      if (mayLag && !(await this.#isGone(batch.anchor, latest.number))) return false;
      await this.#database.setBatchState(batch.seq, "posted");
      this.#notify("warn", "a reorganisation took a batch out", { seq: batch.seq });
    }
    const standing = open.filter(({ seq }) => seq < size);
    if (standing.length === 0) {
      this.#settle(view);
      return true;
    }
    const since = await this.#since(firstOpen);
    const areThere = (places: Map<number, unknown>): boolean => standing.every(({ seq }) => places.has(seq));
    const ask = async (): Promise<Map<number, Omit<Anchor, "finality">>> =>
      anchorsOf(await this.#registry.events(since, latest.number));
    const anchors = await askUntil(ask, areThere);
    // The head holds them all: a node that does not tell where has not yet read the block itself.
    if (mayLag && !areThere(anchors)) return false;
    let isWhole = true;
    for (const batch of standing) {
      const place = anchors.get(batch.seq);
      // A batch is stored before it is anchored, also where the chain held it before the database did.
      if (place && batch.state !== "sealed") await this.#anchor(batch, place, view);
      else isWhole = false;
    }
    if (isWhole) this.#settle(view);
    return true;
  }

  #settle({ finalized }: ChainView): void {
    this.#settled = Math.max(this.#settled ?? 0, finalized.number);
  }

  /** Whether the block that held a batch has left the chain; not so when a node does not know it yet. */
  async #isGone(anchor: Anchor, latest: number): Promise<boolean> {
    if (latest < anchor.blockNumber) return false;
    const block = await askUntil(() => this.#registry.block(anchor.blockNumber));
    return block.hash !== anchor.blockHash;
  }

  async #since(firstOpen: number): Promise<number> {
    if (this.#settled !== undefined) return this.#settled + 1;
    const [before] = firstOpen === 0 ? [] : await this.#database.batches(firstOpen - 1, 1);
    return before?.anchor?.blockNumber ?? 0;
  }

  async #anchor(batch: BatchRecord, place: Omit<Anchor, "finality">, view: ChainView): Promise<void> {
    const finality = finalityOf(place.blockNumber, view);
    const state: BatchState = finality === "finalized" ? "finalized" : "anchored";
    const was = batch.anchor;
    const isSame = was?.blockHash === place.blockHash && was.transactionHash === place.transactionHash;
    if (batch.state === state && isSame && was.finality === finality) return;
    await this.#database.setBatchState(batch.seq, state, { ...place, finality });
    if (batch.state === state && isSame) return;
    const { blockNumber: block, transactionHash: transaction } = place;
    this.#notify("info", `batch ${state}`, { seq: batch.seq, block, transaction });
  }
}

function finalityOf(blockNumber: number, view: ChainView): Anchor["finality"] {
  if (blockNumber <= view.finalized.number) return "finalized";
  return blockNumber <= view.safe.number ? "safe" : "latest";
}

function anchorsOf(events: readonly LogEvent[]): Map<number, Omit<Anchor, "finality">> {
  const anchors = new Map<number, Omit<Anchor, "finality">>();
  for (const event of events) {
    if (event.name !== "BatchAppended") continue;
    const { transactionHash, blockNumber, blockHash } = event;
    anchors.set(event.batch.seq, { transactionHash, blockNumber, blockHash });
  }
  return anchors;
}
