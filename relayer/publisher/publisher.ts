import { Sealer, type SealOptions } from "../batcher/seal.ts";
import { storeBatch, type StoreUse } from "../batcher/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, TaskKey } from "../ports/database.ts";
import type { FilterMaker } from "../ports/filterMaker.ts";
import { BlockUnknownError, type Registry } from "../ports/registry.ts";
import type { Answerer } from "./answer.ts";
import { Appends } from "./append.ts";
import { endsRound, isLeadLost, messageOf, PublisherFault, toFault, type FaultCode } from "./faults.ts";
import type { LogHistory } from "./history.ts";
import type { Notify } from "./notify.ts";
import { planQueue } from "./plan.ts";
import { TransactionQueue, type QueueOptions, type Task } from "./queue.ts";
import type { PublisherStatus } from "./status.ts";
import { sizeOnChain, Tracker } from "./track.ts";
import { ChainReader, type ChainView } from "./view.ts";

const PAGE = 100;
/** Batches that are stored in one round at most: between them the chain is looked after. */
const STORED_A_ROUND = 32;

/** What the publisher works with. */
export interface PublisherParts {
  database: Database;
  registry: Registry;
  history: LogHistory;
  stores: readonly StoreUse[];
  filters: FilterMaker;
  clock: Clock;
  options: SealOptions & QueueOptions;
  notify: Notify;
  /** Answers demands, where the relayer has a bond. */
  answerer?: Answerer | undefined;
}

/** What a leader believes of the world. Whoever becomes the leader begins with nothing. */
interface Leader {
  sealer: Sealer;
  reader: ChainReader;
  tracker: Tracker;
  queue: TransactionQueue;
  /** Of the round before: what could not be signed because the contract would refuse it. */
  failed: TaskKey | undefined;
}

/**
 * Moves reports on from received to finalized, round after round, where this process is the leader; otherwise it only
 * follows what the leader does. Rounds never overlap.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #appends: Appends;
  #leader: Leader | undefined;
  #fault: PublisherFault | undefined;
  #answerFault: PublisherFault | undefined;
  #status: Pick<PublisherStatus, "lastRoundAt" | "chain" | "balance" | "networkFee"> = {};
  #inFlight = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#appends = new Appends(parts.database, parts.registry, parts.history, parts.notify);
  }

  /** Why nothing is being published now, if so. */
  get fault(): PublisherFault | undefined {
    return this.#fault;
  }

  /** Why a demand is not being answered now, if so. */
  get answerFault(): PublisherFault | undefined {
    return this.#answerFault;
  }

  /** The time of the newest block, unix seconds; 0 before the chain was read. A deadline is never counted from before it. */
  get chainTime(): number {
    return this.#status.chain?.timestamp ?? 0;
  }

  /** What there is to tell about the publishing now. */
  get status(): PublisherStatus {
    const offeredFee = this.#leader?.queue.offeredFee;
    return {
      ...this.#status,
      isLeader: this.#leader !== undefined,
      inFlight: this.#inFlight,
      ...(offeredFee === undefined ? {} : { offeredFee }),
      ...(this.#fault ? { fault: this.#fault } : {}),
      ...(this.#answerFault ? { answerFault: this.#answerFault } : {}),
    };
  }

  /**
   * One round: seal, store, track, answer, post. A fault is remembered and tried again in the next round; what it does
   * not touch goes on.
   */
  async round(): Promise<void> {
    const faults: PublisherFault[] = [];
    const attempt = async (
      step: () => Promise<void>,
      otherwise: FaultCode = "PUBLISH_FAILED",
    ): Promise<void> => {
      try {
        await step();
      } catch (error) {
        if (isLeadLost(error)) throw error;
        faults.push(toFault(error, otherwise));
      }
    };
    try {
      await attempt(async () => {
        const leader = await this.#lead();
        await this.#parts.history.sync(this.#parts.database);
        if (!leader) return this.#follow();
        await attempt(() => this.#seal(leader));
        await attempt(() => this.#store(), "STORE_FAILED");
        await attempt(() => this.#publish(leader, faults));
      });
    } catch (error) {
      // What this process was about to do is the next leader's.
      this.#resign();
      if (!isLeadLost(error)) throw error;
    }
    this.#report(faults[0]);
  }

  /** @returns undefined where another process leads */
  async #lead(): Promise<Leader | undefined> {
    const { database, registry, history, filters, clock, options, notify } = this.#parts;
    if (!(await database.lead())) {
      this.#resign();
      return undefined;
    }
    if (!this.#leader) notify("info", "this process leads: it seals and posts");
    this.#leader ??= {
      sealer: new Sealer(database, history, filters, clock, options),
      reader: new ChainReader(registry),
      tracker: new Tracker(database, registry, notify),
      queue: new TransactionQueue(database, registry, clock, options),
      failed: undefined,
    };
    return this.#leader;
  }

  #resign(): void {
    if (this.#leader) this.#parts.notify("warn", "this process leads no more: another one seals and posts");
    this.#leader = undefined;
    this.#answerFault = undefined;
    this.#inFlight = 0;
  }

  /** A follower takes reports too: it proves and promises by the chain's time. */
  async #follow(): Promise<void> {
    const { registry } = this.#parts;
    const tags = ["latest", "safe", "finalized"] as const;
    const [latest, safe, finalized] = await Promise.all(tags.map((tag) => registry.block(tag)));
    this.#see({ latest: latest!, safe: safe!, finalized: finalized! });
  }

  #see({ latest, safe, finalized }: Pick<ChainView, "latest" | "safe" | "finalized">): void {
    const [number, timestamp] = [latest.number, latest.timestamp];
    this.#status.chain = { latest: number, safe: safe.number, finalized: finalized.number, timestamp };
  }

  async #seal({ sealer }: Leader): Promise<void> {
    await sealer.round(({ seq, count }) => {
      this.#parts.notify("info", "batch sealed", { seq, count });
    });
  }

  /** Stores what is sealed, in order: a batch behind one that is not stored could not be posted. */
  async #store(): Promise<void> {
    const { database, stores, filters, notify } = this.#parts;
    let stored = 0;
    for (let from = await database.firstOpen(); stored < STORED_A_ROUND; from += PAGE) {
      const page = await database.batches(from, PAGE);
      for (const batch of page) {
        if (batch.state !== "sealed" || stored === STORED_A_ROUND) continue;
        const failures = await storeBatch(database, stores, filters, batch).catch((error: unknown) => {
          if (endsRound(error)) throw error;
          const message = `batch ${batch.seq} is not stored: ${messageOf(error)}`;
          throw new PublisherFault(toFault(error, "STORE_FAILED").code, message, { cause: error });
        });
        stored++;
        notify("info", "batch stored", { seq: batch.seq });
        for (const { store, message } of failures) {
          notify("warn", "an optional store failed", { seq: batch.seq, store, message });
        }
      }
      if (page.length < PAGE) return;
    }
  }

  /** Reads the chain, moves the batches' states after it, and sends what is needed. */
  async #publish(leader: Leader, faults: PublisherFault[]): Promise<void> {
    const { reader, tracker } = leader;
    const view = await reader.read();
    if (!view) return;
    this.#see(view);
    this.#status.balance = view.balance;
    this.#status.networkFee = view.fees.baseFeePerGas + view.fees.maxPriorityFeePerGas;
    const size = this.#sizeOf(view, faults);
    try {
      if (size === undefined || (await tracker.round(view, size, reader.isPatient))) {
        await this.#send(leader, view, size, faults);
        reader.agrees(view);
        return;
      }
    } catch (error) {
      if (!(error instanceof BlockUnknownError)) throw error;
    }
    reader.lags();
  }

  /** Where the head is unknown nothing is appended; demands are answered all the same. */
  #sizeOf(view: ChainView, faults: PublisherFault[]): number | undefined {
    try {
      return sizeOnChain(this.#parts.history, view);
    } catch (error) {
      faults.push(toFault(error, "PUBLISH_FAILED"));
      return undefined;
    }
  }

  async #send(
    leader: Leader,
    view: ChainView,
    size: number | undefined,
    faults: PublisherFault[],
  ): Promise<void> {
    const { database, options } = this.#parts;
    const limit = options.maxInFlight;
    // With the transaction before: it tells whose turn it is.
    const records = await database.transactionsFrom(Math.max(0, view.nonce - 1));
    const newest = new Map(records.map(({ nonce, task }) => [nonce, task]));
    const slots = Array.from({ length: limit }, (_, place) => newest.get(view.nonce + place));
    const appends = size === undefined ? [] : await this.#appends.find(size, limit, view.latest.number);
    const signed = new Set(slots.filter((task) => task !== undefined && task !== leader.failed));
    const answers = await this.#findAnswers(view, signed as Set<TaskKey>);
    const keys = planQueue({
      slots,
      appends: appends.map(({ key }) => key),
      answers: answers.tasks.map(({ key }) => key),
      limit,
      before: newest.get(view.nonce - 1),
    });
    const tasks = new Map([...appends, ...answers.tasks].map((task) => [task.key, task]));
    const queued = keys.map((key) => tasks.get(key) as Task);
    const { inFlight, stopped, failed } = await leader.queue.round(view, queued, records);
    this.#inFlight = inFlight;
    leader.failed = failed;
    const held = stopped ? keys.slice(stopped.from) : [];
    if (stopped && held.some(isAppend)) faults.push(stopped.fault);
    this.#reportAnswers(held.every(isAppend) ? answers.fault : stopped?.fault);
  }

  async #findAnswers(
    view: ChainView,
    signed: ReadonlySet<TaskKey>,
  ): Promise<{ tasks: Task[]; fault?: PublisherFault }> {
    const { answerer, options } = this.#parts;
    if (!answerer) return { tasks: [] };
    try {
      return await answerer.find(view, signed, options.maxInFlight);
    } catch (error) {
      if (endsRound(error)) throw error;
      return { tasks: [], fault: toFault(error, "ANSWER_FAILED") };
    }
  }

  #report(fault: PublisherFault | undefined): void {
    const { notify, clock } = this.#parts;
    if (fault && this.#fault?.code !== fault.code) notify("warn", fault.message, { code: fault.code });
    if (!fault && this.#fault) notify("info", "publishing again", { after: this.#fault.code });
    this.#fault = fault;
    if (!fault) this.#status.lastRoundAt = clock.now();
  }

  #reportAnswers(fault: PublisherFault | undefined): void {
    if (fault && this.#answerFault?.message !== fault.message) {
      this.#parts.notify("warn", fault.message, { code: fault.code });
    }
    this.#answerFault = fault;
  }
}

function isAppend(key: TaskKey): boolean {
  return key.startsWith("append:");
}
