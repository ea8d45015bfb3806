import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { SIGNATURE_LENGTH, type SignedReport } from "@tocsin/protocol/report/report.ts";
import { isCandidate } from "@tocsin/protocol/report/signature.ts";

const RVK_LENGTH = 32;
/** Length of what is signed, u16 ‖ rvk ‖ signature; what is signed comes next. */
const HEADER_LENGTH = 2 + RVK_LENGTH + SIGNATURE_LENGTH;

/** What the thread is sent: of each report what is signed, by whom and how, one after the other. */
export function encodeReports(reports: readonly SignedReport[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const { bytes } of reports) length += HEADER_LENGTH + bytes.length - SIGNATURE_LENGTH;
  const encoded = new Uint8Array(length);
  const view = new DataView(encoded.buffer);
  let at = 0;
  for (const { rvk, signature, bytes } of reports) {
    const message = bytes.subarray(0, bytes.length - SIGNATURE_LENGTH);
    view.setUint16(at, message.length);
    encoded.set(rvk, at + 2);
    encoded.set(signature, at + 2 + RVK_LENGTH);
    encoded.set(message, at + HEADER_LENGTH);
    at += HEADER_LENGTH + message.length;
  }
  return encoded;
}

/** Verifies what encodeReports wrote. @returns a byte for each report, in the same order: 1 is valid */
export function verifyAll(encoded: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(encoded.buffer);
  const verdicts: number[] = [];
  for (let at = 0; at < encoded.length;) {
    const start = at + HEADER_LENGTH;
    const end = start + view.getUint16(at);
    const rvk = encoded.subarray(at + 2, at + 2 + RVK_LENGTH);
    const signature = encoded.subarray(at + 2 + RVK_LENGTH, start);
    verdicts.push(isValid(rvk, signature, encoded.subarray(start, end)) ? 1 : 0);
    at = end;
  }
  return new Uint8Array(verdicts);
}

/** The verdict on one report, of those that verifyAll gave. */
export function isValidAt(verdicts: Uint8Array, index: number): boolean {
  return verdicts[index] === 1;
}

/** The rule of verifyEd25519, without a promise for each. */
function isValid(rvk: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (!isCandidate(rvk, signature)) return false;
  const key = keyOf(rvk);
  return key !== undefined && verify(null, message, key, signature);
}

/** @returns undefined where the platform refuses an rvk that is no point: one report must not end the thread */
function keyOf(rvk: Uint8Array): KeyObject | undefined {
  try {
    // Older Nodes read no raw keys, and DER takes longer.
    const x = Buffer.from(rvk).toString("base64url");
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  } catch {
    return undefined;
  }
}
