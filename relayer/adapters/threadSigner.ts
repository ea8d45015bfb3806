import { Worker } from "node:worker_threads";
import type { SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { SignerError, type Promised, type ReceiptSigner } from "../ports/receiptSigner.ts";
import {
  encodeAsked,
  signatureAt,
  type Asked,
  type ReceiptLog,
  type SigningData,
} from "./signingMessages.ts";

interface Waiting extends Asked {
  resolve: (receipt: SignedReceipt) => void;
  reject: (error: SignerError) => void;
}

/**
 * Signs receipts in a thread of its own, so that they cost the thread that takes reports in next to nothing. What is
 * asked for in one go, as by a group that just became durable, is one message.
 */
export class ThreadSigner implements ReceiptSigner {
  readonly #data: SigningData;
  #thread: Worker | undefined;
  #isClosed = false;
  /** Asked for, and not sent yet. */
  #gathering: Waiting[] = [];
  /** Sent, one group for each message, in the order in which the thread answers. */
  #signing: Waiting[][] = [];

  /**
   * Starts the thread. One that ends is started again for the next receipt.
   * @param privateKey the operator's, 32 bytes
   */
  constructor({ chainId, registry, logId }: ReceiptLog, privateKey: Uint8Array) {
    this.#data = { log: { chainId, registry, logId }, privateKey };
    this.#thread = this.#start();
  }

  sign(promised: Promised): Promise<SignedReceipt> {
    return this.#ask(promised, false);
  }

  signDecoy(promised: Promised): Promise<SignedReceipt> {
    return this.#ask(promised, true);
  }

  /** Ends the thread; nothing is signed any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.terminate();
  }

  #ask({ leaf, deadline }: Promised, isDecoy: boolean): Promise<SignedReceipt> {
    return new Promise((resolve, reject) => {
      // The next tick comes when all that a step released has run.
      if (this.#gathering.push({ leaf, deadline, isDecoy, resolve, reject }) > 1) return;
      process.nextTick(() => {
        this.#send();
      });
    });
  }

  #send(): void {
    const group = this.#gathering;
    this.#gathering = [];
    if (this.#isClosed) {
      fail(group, new SignerError("the signer is closed"));
      return;
    }
    this.#thread ??= this.#start();
    this.#signing.push(group);
    const asked = encodeAsked(group);
    this.#thread.postMessage(asked, [asked.buffer]);
  }

  #start(): Worker {
    const thread = new Worker(new URL("./signingWorker.ts", import.meta.url), { workerData: this.#data });
    let cause: unknown;
    thread.on("message", (signatures: Uint8Array) => {
      this.#settle(signatures);
    });
    thread.on("error", (error) => {
      cause = error;
    });
    thread.on("exit", () => {
      this.#thread = undefined;
      const lost = this.#signing.flat();
      this.#signing = [];
      fail(lost, new SignerError("the thread that signs receipts ended", { cause }));
    });
    // It must not keep a process alive that has nothing else to do.
    thread.unref();
    return thread;
  }

  #settle(signatures: Uint8Array): void {
    const group = this.#signing.shift() ?? [];
    group.forEach(({ leaf, deadline, resolve }, index) => {
      resolve({ ...this.#data.log, leaf, deadline, signature: signatureAt(signatures, index) });
    });
  }
}

function fail(group: readonly Waiting[], error: SignerError): void {
  for (const { reject } of group) reject(error);
}
