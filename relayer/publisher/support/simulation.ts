/* eslint-disable @typescript-eslint/require-await -- ports are asynchronous, a stand-in that answers at once is not */
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { LocalFilters } from "../../batcher/support/localFilters.ts";
import type { BlockStore } from "../../ports/blockStore.ts";
import type { Database } from "../../ports/database.ts";
import { Answerer } from "../answer.ts";
import { LogHistory } from "../history.ts";
import { Proofs } from "../proofs.ts";
import { Publisher, type PublisherParts } from "../publisher.ts";
import { MemoryDatabase, MemoryStore } from "./memoryDatabase.ts";
import { OPERATOR, SimulatedChain } from "./simulatedChain.ts";
import { SimulatedNode } from "./simulatedNode.ts";

const OPTIONS: PublisherParts["options"] = {
  sealEvery: 10,
  sealAtLeast: 1,
  sealWithin: 100,
  sealAt: 1_000,
  maxInFlight: 4,
  bumpAfter: 60,
  maxFeePerGas: 1_000n,
};

/** A publisher that runs, and how to end it without a word. */
export interface Process {
  publisher: Publisher;
  history: LogHistory;
  kill(): Promise<void>;
}

/** One relayer's world: a chain, a node, what is durable, and publishers that come and go. */
export class Simulation {
  readonly chain: SimulatedChain;
  readonly node: SimulatedNode;
  readonly store = new MemoryStore();
  readonly options: PublisherParts["options"];
  readonly reports: Uint8Array[] = [];
  readonly notes: string[] = [];
  now = 1_800_000_000;
  /** What a store says instead of keeping a block, if anything. */
  storeFault: Error | undefined;
  readonly #blocks = new Map<string, Uint8Array>();
  readonly #intake: MemoryDatabase;

  constructor(options: Partial<PublisherParts["options"]> = {}, balance = 10n ** 12n) {
    this.options = { ...OPTIONS, ...options };
    this.chain = new SimulatedChain(balance);
    this.node = new SimulatedNode(this.chain);
    this.#intake = new MemoryDatabase(this.store);
  }

  /** Reports that are new, accepted now. @returns their leaves */
  async accept(count = 1, length = 20): Promise<Uint8Array[]> {
    const entries = Array.from({ length: count }, () => {
      const entry = new Uint8Array(length);
      new DataView(entry.buffer).setUint32(1, this.reports.length);
      const leaf = leafHash(entry);
      this.reports.push(leaf);
      return { leaf, entry, receivedAt: this.now, deadline: this.now + 86_400 };
    });
    await this.#intake.addEntries(entries);
    return entries.map(({ leaf }) => leaf);
  }

  /**
   * Starts a publisher over what is durable.
   * @param mortal wraps everything that the process may ask the outside for
   */
  async start(mortal: <T extends object>(outside: T) => T = (outside) => outside): Promise<Process> {
    const memory = new MemoryDatabase(this.store);
    const database = mortal<Database>(memory);
    const registry = mortal(this.node);
    const history = await LogHistory.replay(OPERATOR, memory);
    const notify: PublisherParts["notify"] = (_, message) => void this.notes.push(message);
    const proofs = new Proofs(database, registry, history);
    const answerer = new Answerer({ bond: registry, database, registry, history, proofs, notify });
    const publisher = new Publisher({
      database,
      registry,
      history,
      stores: [{ store: mortal(this.#blockStore()), isRequired: true }],
      filters: new LocalFilters(),
      clock: { now: () => this.now },
      options: this.options,
      notify,
      answerer,
    });
    return { publisher, history, kill: () => memory.close() };
  }

  /** A round at the next turn, with what is in the pool mined after it. */
  async step({ publisher }: Pick<Process, "publisher">, most?: number): Promise<void> {
    await publisher.round();
    this.chain.mine(most);
    this.now += 12;
  }

  /** The reports in the chain, batch after batch; within one in the order of the database. */
  reportsInChain(): string[] {
    const events = this.chain.latest.world.events.filter((event) => event.name === "BatchAppended");
    return events.flatMap(({ batch }) => {
      const entries = [...this.store.entries.values()].filter(({ seq }) => seq === batch.seq);
      return entries.map(({ leaf }) => toHex(leaf));
    });
  }

  get states(): string[] {
    return this.store.batches.map(({ state }) => state);
  }

  #blockStore(): BlockStore {
    return {
      name: "memory",
      put: async (digest, block) => {
        if (this.storeFault) throw this.storeFault;
        this.#blocks.set(toHex(digest), block);
      },
      get: async (digest) => this.#blocks.get(toHex(digest)),
      delete: async (digest) => void this.#blocks.delete(toHex(digest)),
    };
  }
}
