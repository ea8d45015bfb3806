import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import { isAfter } from "@tocsin/protocol/log/events.ts";
import { foldLog } from "@tocsin/protocol/log/fold.ts";
import { proveBatch } from "@tocsin/protocol/log/proof.ts";
import { batchLeaf, headOf } from "@tocsin/protocol/log/state.ts";
import type { Answer, Bond } from "../ports/bond.ts";
import type { Database, TaskKey } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { endsRound, messageOf, PublisherFault, toFault } from "./faults.ts";
import type { LogHistory } from "./history.ts";
import type { Notify } from "./notify.ts";
import type { Proofs } from "./proofs.ts";
import type { Task } from "./queue.ts";
import type { ChainView } from "./view.ts";

/** What demands are answered with. */
export interface AnswerParts {
  bond: Bond;
  database: Database;
  registry: Registry;
  history: LogHistory;
  proofs: Proofs;
  notify: Notify;
}

const answerKey = (demandId: string): TaskKey => `answer:${demandId}`;

/**
 * Finds the demands on the relayer's bond and makes their answers. It remembers nothing that the chain would not tell
 * again after a restart.
 */
export class Answerer {
  readonly #parts: AnswerParts;
  /** Demands that may still be answered as of the last finalized block. */
  #known: Demanded[] = [];
  /** The first block of which demands may still change. */
  #from = 0;
  /** Demands of which an answer is on its way, to tell when they are settled. */
  readonly #answering = new Set<string>();

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /**
   * The answers that are needed now, the most urgent first: those on their way, and as many new ones as there is room for.
   * @param signed the tasks of the transactions that are on their way
   * @param limit answers that are wanted at most
   * @returns the tasks, and why a demand is not answered, if so
   */
  async find(
    view: ChainView,
    signed: ReadonlySet<TaskKey>,
    limit: number,
  ): Promise<{ tasks: Task[]; fault?: PublisherFault }> {
    const open = await this.#findOpen(view);
    this.#tellSettled(open);
    const onTheirWay = open.filter(({ demandId }) => signed.has(answerKey(demandId)));
    let room = limit - onTheirWay.length;
    const tasks: Task[] = [];
    let fault: PublisherFault | undefined;
    for (const demand of open) {
      if (signed.has(answerKey(demand.demandId))) tasks.push(this.#taskOf(demand, view));
      else if (room > 0) {
        const task = this.#taskOf(demand, view);
        const why = await whyNot(task);
        fault ??= why;
        if (why) continue;
        tasks.push(task);
        room--;
      }
    }
    return { tasks, ...(fault ? { fault } : {}) };
  }

  /** The demands that nobody settled and whose answer period is not over, the most urgent first. */
  async #findOpen({ latest, finalized }: ChainView): Promise<Demanded[]> {
    const { bond } = this.#parts;
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

  #tellSettled(open: readonly Demanded[]): void {
    const ids = new Set(open.map(({ demandId }) => demandId));
    for (const demand of this.#answering) {
      if (ids.has(demand)) continue;
      this.#answering.delete(demand);
      this.#parts.notify("info", "demand settled", { demand });
    }
  }

  #taskOf(demand: Demanded, { latest }: ChainView): Task {
    const { bond, notify } = this.#parts;
    const { demandId } = demand;
    let answer: Promise<Answer> | undefined;
    let estimate: Promise<bigint> | undefined;
    const prove = (): Promise<Answer> => (answer ??= this.#prove(demand));
    const name = `the answer to demand ${demandId}`;
    return {
      key: answerKey(demandId),
      name,
      estimate: () =>
        (estimate ??= (async () => {
          const proven = await prove();
          return bond.estimateAnswer(proven, latest.number).catch((error: unknown) => {
            if (endsRound(error)) throw error;
            const fault = toFault(error, "ANSWER_FAILED");
            throw new PublisherFault(fault.code, `${name} fails: ${messageOf(error)}`, { cause: error });
          });
        })()),
      sign: async (options) => bond.signAnswer(await prove(), options),
      onRecorded: ({ hash }) => {
        if (!this.#answering.has(demandId)) {
          notify("info", "answering a demand", { demand: demandId, transaction: hash });
        }
        this.#answering.add(demandId);
        return Promise.resolve();
      },
    };
  }

  /** @throws PublisherFault DEMAND_UNANSWERABLE where the log did not hold the entry when the demand was made */
  async #prove(demand: Demanded): Promise<Answer> {
    const { database, proofs } = this.#parts;
    const entry = await database.findEntry(demand.leaf);
    const [batch] = entry?.seq === undefined ? [] : await database.batches(entry.seq, 1);
    const log = batch && (await this.#proveBatchAt(demand, batch.seq));
    if (!log) throw unanswerable(demand);
    const { index, path } = await proofs.pathOf(batch, demand.leaf);
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
}

/** Why a task cannot be done, if so: it cannot be proven, or the contract would refuse it. */
async function whyNot(task: Task): Promise<PublisherFault | undefined> {
  try {
    await task.estimate();
    return undefined;
  } catch (error) {
    if (endsRound(error)) throw error;
    const fault = toFault(error, "ANSWER_FAILED");
    // Where the chain cannot be asked, nothing is known of any demand.
    if (fault.code !== "ANSWER_FAILED" && fault.code !== "DEMAND_UNANSWERABLE") throw error;
    return fault;
  }
}

function unanswerable({ demandId, leaf }: Demanded): PublisherFault {
  return new PublisherFault(
    "DEMAND_UNANSWERABLE",
    `demand ${demandId} cannot be answered: the log did not hold ${to0x(leaf)} when it was made. It costs the penalty`,
  );
}
