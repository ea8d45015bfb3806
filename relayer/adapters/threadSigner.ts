import type { SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { SignerError, type Promised, type ReceiptSigner } from "../ports/receiptSigner.ts";
import {
  encodeAsked,
  signatureAt,
  type Asked,
  type ReceiptLog,
  type SigningData,
} from "./signingMessages.ts";
import { ThreadQueue } from "./threadQueue.ts";

/** Signs receipts in a thread of its own. */
export class ThreadSigner implements ReceiptSigner {
  readonly #log: ReceiptLog;
  readonly #queue: ThreadQueue<Asked, Uint8Array>;

  /**
   * @param privateKey the operator's, 32 bytes
   * @param crashed told when the thread ended by itself; the next receipt starts another
   */
  constructor(
    { chainId, registry, logId }: ReceiptLog,
    privateKey: Uint8Array,
    crashed: (cause: unknown) => void,
  ) {
    this.#log = { chainId, registry, logId };
    const workerData: SigningData = { log: this.#log, privateKey };
    this.#queue = new ThreadQueue({
      module: new URL("./signingWorker.ts", import.meta.url),
      workerData,
      encode: encodeAsked,
      answerAt: signatureAt,
      failure: (message, options) => new SignerError(`no receipt is signed: ${message}`, options),
      crashed,
    });
  }

  sign(promised: Promised): Promise<SignedReceipt> {
    return this.#ask(promised, false);
  }

  signDecoy(promised: Promised): Promise<SignedReceipt> {
    return this.#ask(promised, true);
  }

  /** Ends the thread; nothing is signed any more. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  async #ask({ leaf, deadline }: Promised, isDecoy: boolean): Promise<SignedReceipt> {
    const signature = await this.#queue.ask({ leaf, deadline, isDecoy });
    return { ...this.#log, leaf, deadline, signature };
  }
}
