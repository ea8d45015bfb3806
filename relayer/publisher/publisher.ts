import { TocsinError } from "@tocsin/protocol/errors.ts";
import { sealBatch, type SealOptions } from "../batcher/seal.ts";
import { storeBatch } from "../batcher/store.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { PublisherFault, type FaultCode } from "./faults.ts";
import type { Answerer } from "./answer.ts";
import type { LogHistory } from "./history.ts";
import type { Notify } from "./notify.ts";
import { postBatch } from "./post.ts";
import type { SendOptions } from "./send.ts";
import { trackLog } from "./track.ts";

const PAGE = 100;

/** What the publisher works with. */
export interface PublisherParts {
  database: Database;
  registry: Registry;
  history: LogHistory;
  stores: readonly BlockStore[];
  clock: Clock;
  options: SealOptions & SendOptions;
  notify: Notify;
  /** Answers demands, where the relayer has a bond. */
  answerer?: Answerer | undefined;
}

/** Moves reports on from received to finalized, one step of each kind a round. Rounds never overlap. */
export class Publisher {
  readonly #parts: PublisherParts;
  #fault: PublisherFault | undefined;
  #answerFault: PublisherFault | undefined;
  #firstOpen = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** Why nothing is being published now, if so. */
  get fault(): PublisherFault | undefined {
    return this.#fault;
  }

  /** Why a demand is not being answered now, if so. */
  get answerFault(): PublisherFault | undefined {
    return this.#answerFault;
  }

  /**
   * One round: seal, store, track, answer, post. A fault of publishing is remembered and tried again in the next round;
   * it does not stop answers, nor a fault of answering the publishing.
   */
  async round(): Promise<void> {
    let next: BatchRecord | undefined;
    let fault: PublisherFault | undefined;
    try {
      const tracked = await this.#advance();
      // Where the chain cannot be read now, nothing is known of what is pending.
      if (!tracked) {
        this.#report(undefined);
        return;
      }
      next = tracked.next;
    } catch (error) {
      fault = toFault(error, "PUBLISH_FAILED");
    }
    // One transaction at a time: an append and an answer that were pending together would fight over a nonce.
    const isAnswering = next?.state !== "posted" && (await this.#answer(next !== undefined));
    if (next && !isAnswering) {
      await this.#post(next).catch((error: unknown) => {
        fault = toFault(error, "PUBLISH_FAILED");
      });
    }
    this.#report(fault);
  }

  #report(fault: PublisherFault | undefined): void {
    const { notify } = this.#parts;
    if (fault && this.#fault?.code !== fault.code) notify("warn", fault.message, { code: fault.code });
    if (!fault && this.#fault) notify("info", "publishing again", { after: this.#fault.code });
    this.#fault = fault;
  }

  /** @returns whether an answer is on its way */
  async #answer(mayYield: boolean): Promise<boolean> {
    const { answerer, notify } = this.#parts;
    if (!answerer) return false;
    let isAnswering = false;
    let fault: PublisherFault | undefined;
    try {
      isAnswering = await answerer.round(mayYield);
      fault = answerer.fault;
    } catch (error) {
      fault = toFault(error, "ANSWER_FAILED");
    }
    if (fault && this.#answerFault?.message !== fault.message) {
      notify("warn", fault.message, { code: fault.code });
    }
    this.#answerFault = fault;
    return isAnswering;
  }

  async #post(batch: BatchRecord): Promise<void> {
    const { database, registry, history, clock, options, notify } = this.#parts;
    await postBatch(database, registry, history, clock, batch, options);
    if (batch.state === "stored") notify("info", "batch posted", { seq: batch.seq });
  }

  /**
   * Seals, stores and tracks.
   * @returns the batch to be posted now, if any; undefined when the chain cannot be read now
   */
  async #advance(): Promise<{ next: BatchRecord | undefined } | undefined> {
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
    const size = await trackLog(database, registry, history, this.#firstOpen);
    if (size === undefined) return undefined;
    await this.#reportProgress(before);
    const [next] = await database.batches(size, 1);
    return { next: next?.state === "stored" || next?.state === "posted" ? next : undefined };
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

function toFault(error: unknown, otherwise: FaultCode): PublisherFault {
  if (error instanceof PublisherFault) return error;
  const isRpc = error instanceof TocsinError && error.code === "RPC_UNAVAILABLE";
  return new PublisherFault(isRpc ? "RPC_UNAVAILABLE" : otherwise, messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
