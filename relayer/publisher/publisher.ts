import { TocsinError } from "@tocsin/protocol/errors.ts";
import { sealBatch, type SealOptions } from "../batcher/seal.ts";
import { storeBatch } from "../batcher/store.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";
import type { LogHistory } from "./history.ts";
import { postBatch, type PostOptions } from "./post.ts";
import { trackLog } from "./track.ts";

const PAGE = 100;

/** Called when something happened that an operator wants to read in the log. */
export type Notify = (
  level: "info" | "warn",
  message: string,
  fields?: Record<string, string | number>,
) => void;

/** What the publisher works with. */
export interface PublisherParts {
  database: Database;
  registry: Registry;
  history: LogHistory;
  stores: readonly BlockStore[];
  clock: Clock;
  options: SealOptions & PostOptions;
  notify: Notify;
}

/** Moves reports on from received to finalized, one step of each kind a round. Rounds never overlap. */
export class Publisher {
  readonly #parts: PublisherParts;
  #fault: PublisherFault | undefined;
  #firstOpen = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** Why nothing is being published now, if so. */
  get fault(): PublisherFault | undefined {
    return this.#fault;
  }

  /** One round: seal, store, track, post. A fault ends the round, is remembered and tried again in the next. */
  async round(): Promise<void> {
    try {
      await this.#work();
      if (this.#fault) this.#parts.notify("info", "publishing again", { after: this.#fault.code });
      this.#fault = undefined;
    } catch (error) {
      const fault = toFault(error);
      if (this.#fault?.code !== fault.code) this.#parts.notify("warn", fault.message, { code: fault.code });
      this.#fault = fault;
    }
  }

  async #work(): Promise<void> {
    const { database, registry, history, stores, clock, options, notify } = this.#parts;
    const sealed = await sealBatch(database, history, clock, options);
    if (sealed) notify("info", "batch sealed", { seq: sealed.seq, count: sealed.count });
    await this.#advanceFirstOpen();
    for (const batch of await database.batches(this.#firstOpen, PAGE)) {
      if (batch.state !== "sealed") continue;
      await storeBatch(database, stores, batch).catch((error: unknown) => {
        throw new PublisherFault("STORE_FAILED", `batch ${batch.seq} is not stored: ${messageOf(error)}`, {
          cause: error,
        });
      });
      notify("info", "batch stored", { seq: batch.seq });
    }
    const before = await database.batches(this.#firstOpen, PAGE);
    const tracked = await trackLog(database, registry, history, this.#firstOpen);
    if (!tracked) return;
    await this.#reportProgress(before);
    const [next] = await database.batches(tracked.size, 1);
    if (next && (next.state === "stored" || next.state === "posted")) {
      await postBatch(database, registry, history, clock, next, options);
      if (next.state === "stored") notify("info", "batch posted", { seq: next.seq });
    }
  }

  async #advanceFirstOpen(): Promise<void> {
    for (;;) {
      const page = await this.#parts.database.batches(this.#firstOpen, PAGE);
      const open = page.findIndex(({ state }) => state !== "finalized");
      this.#firstOpen += open === -1 ? page.length : open;
      if (open !== -1 || page.length < PAGE) return;
    }
  }

  async #reportProgress(before: readonly BatchRecord[]): Promise<void> {
    const states = new Map(before.map(({ seq, state }) => [seq, state]));
    for (const { seq, state, anchor } of await this.#parts.database.batches(this.#firstOpen, PAGE)) {
      const was = states.get(seq);
      if (was === undefined || was === state) continue;
      const place = anchor ? { block: anchor.blockNumber, transaction: anchor.transactionHash } : {};
      if (state === "posted") this.#parts.notify("warn", "a reorganisation took a batch out", { seq });
      else this.#parts.notify("info", `batch ${state}`, { seq, ...place });
    }
  }
}

function toFault(error: unknown): PublisherFault {
  if (error instanceof PublisherFault) return error;
  const isRpc = error instanceof TocsinError && error.code === "RPC_UNAVAILABLE";
  return new PublisherFault(isRpc ? "RPC_UNAVAILABLE" : "PUBLISH_FAILED", messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
