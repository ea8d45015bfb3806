import type { Block } from "@tocsin/protocol/check/rpc.ts";
import { BlockUnknownError, type NetworkFees, type Registry } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";

/** What the chain says at one block: all that a round decides by. */
export interface ChainView {
  latest: Block;
  safe: Block;
  finalized: Block;
  /** The log's head, 32 bytes. */
  head: Uint8Array;
  /** The operator's next nonce. */
  nonce: number;
  /** The operator's balance in wei. */
  balance: bigint;
  fees: NetworkFees;
}

/** Rounds in which a node may lag without more ado; some minutes, by the default interval. */
export const PATIENCE = 24;
/** How often a round asks for the same thing of nodes that lag. */
const ATTEMPTS = 4;

/**
 * Reads the chain at one block. Behind one address may stand several nodes, some of which lag: a view that is older
 * than one seen before, or not of one piece, is not acted on.
 */
export class ChainReader {
  readonly #registry: Registry;
  /** The highest block seen. */
  #highest = 0;
  /** Rounds in a row without a view. */
  #lagging = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /**
   * @returns undefined where the node lags: nothing can be told now
   * @throws PublisherFault RPC_UNAVAILABLE where it lags for too long; TocsinError RPC_UNAVAILABLE, RPC_INVALID
   */
  async read(): Promise<ChainView | undefined> {
    try {
      return await this.#readOnce();
    } catch (error) {
      if (!(error instanceof BlockUnknownError)) throw error;
      this.lags();
      return undefined;
    }
  }

  /** Takes note that the node contradicts itself or what it said before. @throws PublisherFault RPC_UNAVAILABLE */
  lags(): void {
    if (++this.#lagging < PATIENCE) return;
    throw new PublisherFault(
      "RPC_UNAVAILABLE",
      `the RPC has lagged behind itself for ${this.#lagging} rounds: it names blocks of which it does not tell the state`,
    );
  }

  /** Whether the node has lagged for so long that an older view must be the chain's new one. */
  get isPatient(): boolean {
    return this.#lagging < PATIENCE - 1;
  }

  /** Takes note that the view was of one piece. */
  agrees(view: ChainView): void {
    this.#lagging = 0;
    this.#highest = view.latest.number;
  }

  async #readOnce(): Promise<ChainView | undefined> {
    const registry = this.#registry;
    const isNew = ({ number }: Block): boolean => number >= this.#highest;
    const latest = await askUntil(() => registry.block("latest"), isNew);
    if (!isNew(latest) && this.isPatient) {
      this.lags();
      return undefined;
    }
    const { number } = latest;
    const [safe, finalized, head, nonce, balance, fees] = await Promise.all([
      registry.block("safe"),
      registry.block("finalized"),
      askUntil(() => registry.head(number)),
      askUntil(() => registry.nonce(number)),
      askUntil(() => registry.balance(number)),
      askUntil(() => registry.fees(number)),
    ]);
    // A reorganisation between two of the answers, or two nodes on two branches.
    if ((await askUntil(() => registry.block(number))).hash !== latest.hash) {
      this.lags();
      return undefined;
    }
    return {
      latest,
      safe: upTo(latest, safe),
      finalized: upTo(latest, finalized),
      head,
      nonce,
      balance,
      fees,
    };
  }
}

/**
 * Asks again, a few times, where the answer is not good or the node does not know the block: the next call may reach
 * another node.
 */
export async function askUntil<T>(
  ask: () => Promise<T>,
  isGood: (answer: T) => boolean = () => true,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask();
      if (isGood(answer) || attempt === ATTEMPTS) return answer;
    } catch (error) {
      if (!(error instanceof BlockUnknownError) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Another node may have finalized blocks that the one of the view does not know. */
function upTo(latest: Block, block: Block): Block {
  return block.number > latest.number ? latest : block;
}
