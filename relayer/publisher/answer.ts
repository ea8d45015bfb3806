import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import { isAfter } from "@tocsin/protocol/log/events.ts";
import { foldLog } from "@tocsin/protocol/log/fold.ts";
import { proveBatch } from "@tocsin/protocol/log/proof.ts";
import { batchLeaf, headOf } from "@tocsin/protocol/log/state.ts";
import type { Answer, Bond } from "../ports/bond.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";
import type { LogHistory } from "./history.ts";
import type { Notify } from "./notify.ts";
import type { Proofs } from "./proofs.ts";
import { sendOnce, type SendOptions, type SentTransaction } from "./send.ts";

/** What demands are answered with. */
export interface AnswerParts {
  bond: Bond;
  database: Database;
  registry: Registry;
  history: LogHistory;
  proofs: Proofs;
  clock: Clock;
  options: SendOptions;
  notify: Notify;
}

/**
 * Answers demands on the relayer's bond, one transaction at a time. It remembers nothing that the chain would not tell
 * again after a restart.
 */
export class Answerer {
  readonly #parts: AnswerParts;
  /** Demands that may still be answered as of the last finalized block. */
  #known: Demanded[] = [];
  /** The first block of which demands may still change. */
  #from = 0;
  /** The answer that is on its way. */
  #sent: (SentTransaction & { demandId: string }) | undefined;
  #fault: PublisherFault | undefined;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** Why a demand is not being answered now, if so. Reports are published all the same. */
  get fault(): PublisherFault | undefined {
    return this.#fault;
  }

  /**
   * Answers the most urgent of the open demands, or goes on with the answer that is on its way.
   * @param mayYield whether something else waits for the account, which goes first when an answer was just mined
   * @returns whether an answer is on its way: until it is mined nothing else may be sent from the account
   */
  async round(mayYield: boolean): Promise<boolean> {
    const open = await this.#findOpen();
    const sent = this.#sent;
    const pending = open.find(({ demandId }) => demandId === sent?.demandId);
    if (pending && (await this.#answer(pending))) return true;
    if (sent) {
      this.#sent = undefined;
      if (!pending) this.#parts.notify("info", "demand settled", { demand: sent.demandId });
      if (mayYield) return false;
    }
    this.#fault = undefined;
    for (const demand of open) {
      if (await this.#answer(demand)) return true;
      this.#fault ??= unanswerable(demand);
    }
    return false;
  }

  /** The demands that nobody settled and whose answer period is not over, the most urgent first. */
  async #findOpen(): Promise<Demanded[]> {
    const { bond, registry } = this.#parts;
    const latest = await registry.block("latest");
    const finalized = await registry.block("finalized");
    // What is not final is read again each time: a reorganisation may have moved it.
    const before = this.#known.filter(({ blockNumber }) => blockNumber < this.#from);
    const since = latest.number < this.#from ? [] : await bond.demands(this.#from, latest.number);
    const all = [...before, ...since];
    this.#known = all.filter(({ answerBy }) => answerBy > finalized.timestamp);
    this.#from = Math.max(this.#from, finalized.number + 1);
    // The next block is later than the latest.
    const inTime = all.filter(({ answerBy }) => answerBy > latest.timestamp);
    if (inTime.length === 0) return [];
    const first = Math.min(...inTime.map(({ blockNumber }) => blockNumber));
    const ids = inTime.map(({ demandId }) => demandId);
    const settled = await bond.settled(ids, first, latest.number);
    return inTime.filter(({ demandId }) => !settled.has(demandId)).sort((a, b) => a.answerBy - b.answerBy);
  }

  /** The answer to a demand, or undefined where the log did not hold the entry when it was made. */
  async #prove(demand: Demanded): Promise<Answer | undefined> {
    const { database, proofs } = this.#parts;
    const entry = await database.findEntry(demand.leaf);
    const [batch] = entry?.seq === undefined ? [] : await database.batches(entry.seq, 1);
    if (!batch) return undefined;
    const log = await this.#proveBatchAt(demand, batch.seq);
    if (!log) return undefined;
    const { index, path } = await proofs.pathOf(batch.seq, demand.leaf);
    return { demandId: demand.demandId, ...log, batch, index, path };
  }

  async #proveBatchAt(
    demand: Demanded,
    seq: number,
  ): Promise<Pick<Answer, "operator" | "state" | "batchPath"> | undefined> {
    const { registry, history } = this.#parts;
    const size = history.sizeOf(demand.head);
    if (size !== undefined) {
      if (seq >= size) return undefined;
      return {
        operator: registry.operator,
        state: history.stateAt(size),
        batchPath: history.prove(seq, size),
      };
    }
    // A head that is none of this relayer's own: the log was handed on, and the chain tells what was appended since.
    const events = await registry.events(0, demand.blockNumber);
    const { operator, state, batches } = foldLog(events.filter((event) => isAfter(demand, event)));
    if (seq >= state.size || !equalBytes(headOf(operator, state), demand.head)) return undefined;
    return { operator, state, batchPath: proveBatch(batches.map(batchLeaf), seq) };
  }

  /** @returns false where there is no answer */
  async #answer(demand: Demanded): Promise<boolean> {
    const { bond, registry, clock, options, notify } = this.#parts;
    const answer = await this.#prove(demand);
    if (!answer) return false;
    const { demandId } = demand;
    await sendOnce(registry, clock, options, this.#sent, {
      name: `the answer to demand ${demandId}`,
      estimate: () => bond.estimateAnswer(answer),
      sign: (signing) => bond.signAnswer(answer, signing),
      record: (transaction) => {
        notify("info", "answering a demand", { demand: demandId, transaction: transaction.hash });
        this.#sent = { ...transaction, demandId };
        return Promise.resolve();
      },
    });
    return true;
  }
}

function unanswerable({ demandId, leaf }: Demanded): PublisherFault {
  return new PublisherFault(
    "DEMAND_UNANSWERABLE",
    `demand ${demandId} cannot be answered: the log did not hold ${to0x(leaf)} when it was made. It costs the penalty`,
  );
}
