import { Worker } from "node:worker_threads";
import { END } from "./answerInThread.ts";

/** In MB. A thread holds little: what it works on are bytes, and they are not in its heap. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

/**
 * What one message asks for at most: enough to hide its price, few enough that all threads are busy at once. With
 * everything in one message, each thread would wait while another works.
 */
export const MOST_AT_ONCE = 48;
/** Messages under way at most: while the thread works on one the next lies ready, and what is asked then gathers. */
const MOST_MESSAGES = 2;

/** What is asked of a thread, and how. */
export interface ThreadWork<Asked, Answer> {
  /** The thread's module: it answers each message of bytes with one of bytes, in order. */
  module: URL;
  /** What it is started with. */
  workerData?: unknown;
  /** The message that asks for all of these. */
  encode(all: readonly Asked[]): Uint8Array<ArrayBuffer>;
  /** What the message that answers has for one of them. */
  answerAt(answers: Uint8Array, index: number): Answer;
  /** The error of what is not answered. */
  failure(message: string, options?: ErrorOptions): Error;
  /** Told of a thread that ended by itself, and why as far as that is known. */
  crashed(cause: unknown): void;
}

interface Waiting<Asked, Answer> {
  asked: Asked;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

/**
 * Has work done in a thread of its own, so that it costs the thread that takes reports in next to nothing. What is
 * asked for in one go, as for all connections that had something to read, goes together.
 */
export class ThreadQueue<Asked, Answer> {
  readonly #work: ThreadWork<Asked, Answer>;
  #thread: Worker | undefined;
  #isClosed = false;
  #isScheduled = false;
  /** Asked for, and not sent yet. */
  #gathering: Waiting<Asked, Answer>[] = [];
  /** Sent, one group for each message, in the order in which the thread answers. */
  #sent: Waiting<Asked, Answer>[][] = [];

  /** Starts the thread. One that ends is started again for what is asked next. */
  constructor(work: ThreadWork<Asked, Answer>) {
    this.#work = work;
    this.#thread = this.#start();
  }

  /** @throws the work's failure where the thread ends before it answers, or is closed */
  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // The next immediate comes when all that is there to be read now was read.
      this.#gathering.push({ asked, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => {
        this.#send();
      });
    });
  }

  /** Lets the thread end once it has answered what it was sent; nothing else is answered any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#thread) return;
    const ended = new Promise((resolve) => this.#thread?.once("exit", resolve));
    // To terminate it amid native code could take the process with it.
    this.#thread.postMessage(END);
    this.#thread.ref();
    await ended;
  }

  #send(): void {
    this.#isScheduled = false;
    if (this.#isClosed) {
      fail(this.#gathering, this.#work.failure("the thread is closed"));
      this.#gathering = [];
      return;
    }
    while (this.#gathering.length > 0 && this.#sent.length < MOST_MESSAGES) {
      this.#thread ??= this.#start();
      const group = this.#gathering.slice(0, MOST_AT_ONCE);
      this.#gathering = this.#gathering.slice(MOST_AT_ONCE);
      this.#sent.push(group);
      const message = this.#work.encode(group.map(({ asked }) => asked));
      this.#thread.postMessage(message, [message.buffer]);
      // A process that waits for an answer alone must not end before.
      this.#thread.ref();
    }
  }

  #start(): Worker {
    const { module, workerData } = this.#work;
    const thread = new Worker(module, { workerData, resourceLimits });
    let cause: unknown;
    thread.on("message", (answers: Uint8Array) => {
      this.#settle(answers);
    });
    thread.on("error", (error) => {
      cause = error;
    });
    thread.on("exit", () => {
      this.#thread = undefined;
      const lost = [...this.#sent.flat(), ...this.#gathering];
      this.#sent = [];
      this.#gathering = [];
      fail(lost, this.#work.failure("the thread ended", { cause }));
      if (!this.#isClosed) this.#work.crashed(cause);
    });
    // It must not keep a process alive that has nothing else to do.
    thread.unref();
    return thread;
  }

  #settle(answers: Uint8Array): void {
    const group = this.#sent.shift() ?? [];
    group.forEach(({ resolve }, index) => {
      resolve(this.#work.answerAt(answers, index));
    });
    this.#send();
    if (this.#sent.length === 0 && !this.#isClosed) this.#thread?.unref();
  }
}

function fail(group: readonly { reject: (error: Error) => void }[], error: Error): void {
  for (const { reject } of group) reject(error);
}
