import type { AnchoredBatch } from "../log/state.ts";
import type { BatchMatch, EntriesMatch } from "./matchBatch.ts";
import type { Matching } from "./matching.ts";
import { matchIn, type MatchAnswer, type MatchRequest } from "./matchingMessages.ts";

/** A thread that compares: it is asked for one thing at a time. */
export interface MatchingThread {
  /**
   * @param given what moves to the thread instead of being copied
   * @throws MATCHING_FAILED where the thread ends before it answers
   */
  ask(request: MatchRequest, given: ArrayBuffer[]): Promise<MatchAnswer>;
  close(): void;
}

/** Compares in several threads, which begin at once. What is found does not depend on their number. */
export class MatchingPool implements Matching {
  readonly width: number;
  readonly #all: readonly MatchingThread[];
  readonly #idle: MatchingThread[];
  readonly #waiting: ((thread: MatchingThread) => void)[] = [];

  /** @param width threads, at least one */
  constructor(width: number, begin: () => MatchingThread) {
    this.width = width;
    this.#all = Array.from({ length: width }, begin);
    this.#idle = [...this.#all];
  }

  async match(
    file: Uint8Array<ArrayBuffer>,
    anchored: Pick<AnchoredBatch, "count" | "root">,
  ): Promise<BatchMatch> {
    const { count, root } = anchored;
    const request = { file, anchored: { count, root } };
    return matchIn((await this.#ask(request, [file.buffer])) as MatchAnswer<BatchMatch>);
  }

  async matchEntries(entries: readonly Uint8Array[]): Promise<EntriesMatch> {
    return matchIn((await this.#ask({ entries }, [])) as MatchAnswer<EntriesMatch>);
  }

  /** Ends all threads: what they were asked is not answered any more. */
  close(): void {
    for (const thread of this.#all) thread.close();
  }

  async #ask(request: MatchRequest, given: ArrayBuffer[]): Promise<MatchAnswer> {
    const thread = await this.#take();
    try {
      return await thread.ask(request, given);
    } finally {
      // One that ended is handed on too: whoever waits for it hears that it did.
      const next = this.#waiting.shift();
      if (next) next(thread);
      else this.#idle.push(thread);
    }
  }

  #take(): Promise<MatchingThread> {
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
