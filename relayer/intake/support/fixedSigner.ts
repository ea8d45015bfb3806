import { signReceipt, type Receipt } from "@tocsin/protocol/receipt/receipt.ts";
import { SignerError, type Promised, type ReceiptSigner } from "../../ports/receiptSigner.ts";

/** Signs at once, with keys that the test knows, or fails when the test says so. */
export class FixedSigner implements ReceiptSigner {
  fails = false;
  readonly #log: Pick<Receipt, "chainId" | "registry" | "logId">;
  readonly #keys: { operator: Uint8Array; decoy: Uint8Array };

  constructor(
    log: Pick<Receipt, "chainId" | "registry" | "logId">,
    keys: { operator: Uint8Array; decoy: Uint8Array },
  ) {
    this.#log = log;
    this.#keys = keys;
  }

  sign(promised: Promised): ReturnType<ReceiptSigner["sign"]> {
    return this.#signWith(this.#keys.operator, promised);
  }

  signDecoy(promised: Promised): ReturnType<ReceiptSigner["signDecoy"]> {
    return this.#signWith(this.#keys.decoy, promised);
  }

  #signWith(key: Uint8Array, { leaf, deadline }: Promised): ReturnType<ReceiptSigner["sign"]> {
    if (this.fails) return Promise.reject(new SignerError("the signer is away"));
    return Promise.resolve(signReceipt({ ...this.#log, leaf, deadline }, key));
  }
}
