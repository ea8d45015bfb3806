import type { Receipt } from "@tocsin/protocol/receipt/receipt.ts";
import type { Promised } from "../ports/receiptSigner.ts";
import type { Sign } from "./receiptSignature.ts";

/** The log that receipts are for. */
export type ReceiptLog = Pick<Receipt, "chainId" | "registry" | "logId">;

/** What the thread that signs is started with. */
export interface SigningData {
  log: ReceiptLog;
  /** 32 bytes. */
  privateKey: Uint8Array;
}

/** A receipt to be signed, by the operator or as a decoy. */
export interface Asked extends Promised {
  isDecoy: boolean;
}

/** Is it a decoy, u8 ‖ leaf ‖ deadline u64. */
const ASKED_LENGTH = 41;
const SIGNATURE_LENGTH = 65;

/** What the thread is sent: each of the receipts in 41 bytes. */
export function encodeAsked(all: readonly Asked[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ASKED_LENGTH * all.length);
  const view = new DataView(bytes.buffer);
  all.forEach(({ isDecoy, leaf, deadline }, index) => {
    const at = ASKED_LENGTH * index;
    bytes[at] = isDecoy ? 1 : 0;
    bytes.set(leaf, at + 1);
    view.setBigUint64(at + 33, BigInt(deadline));
  });
  return bytes;
}

/** Signs what encodeAsked wrote. @returns the signatures, 65 bytes each, in the same order */
export function signAll(
  asked: Uint8Array<ArrayBuffer>,
  log: ReceiptLog,
  { operator, decoy }: { operator: Sign; decoy: Sign },
): Uint8Array<ArrayBuffer> {
  const count = asked.length / ASKED_LENGTH;
  const view = new DataView(asked.buffer);
  const signatures = new Uint8Array(SIGNATURE_LENGTH * count);
  for (let index = 0; index < count; index++) {
    const at = ASKED_LENGTH * index;
    const leaf = asked.subarray(at + 1, at + 33);
    const receipt = { ...log, leaf, deadline: Number(view.getBigUint64(at + 33)) };
    const sign = asked[at] === 1 ? decoy : operator;
    signatures.set(sign(receipt), SIGNATURE_LENGTH * index);
  }
  return signatures;
}

/** The signature of one receipt, of those that signAll made. */
export function signatureAt(signatures: Uint8Array, index: number): Uint8Array {
  return signatures.subarray(SIGNATURE_LENGTH * index, SIGNATURE_LENGTH * (index + 1));
}
