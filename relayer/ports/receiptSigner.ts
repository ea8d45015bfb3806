import type { Receipt, SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";

/** What a receipt promises of one log: the entry with this leaf is anchored by the deadline. */
export type Promised = Pick<Receipt, "leaf" | "deadline">;

/**
 * Signs the receipts of one log, those asked for together in one step. Signing is deterministic: the same promise gets
 * the same receipt every time.
 */
export interface ReceiptSigner {
  /** Signs with the operator's key. @throws SignerError */
  sign(promised: Promised): Promise<SignedReceipt>;
  /** Signs in the same steps and the same time, with a key that nobody knows or trusts. @throws SignerError */
  signDecoy(promised: Promised): Promise<SignedReceipt>;
}

/** There is no signature now; asked again, there may be one. What was to be promised is kept nevertheless. */
export class SignerError extends Error {
  override readonly name = "SignerError";
  readonly code = "SIGNER_UNAVAILABLE";
}
