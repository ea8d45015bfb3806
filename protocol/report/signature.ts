import { equalBytes } from "../bytes/bytes.ts";
import { fromHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { SIGNATURE_LENGTH, type SignedReport } from "./report.ts";

/** The curve's base point, as keys are encoded. */
const BASE_POINT = fromHex(`58${"66".repeat(31)}`, "base point");

/**
 * y coordinates (sign bit cleared) of the eight points of small order. Verifiers disagree on them, and on y >= p, and
 * no honest signer makes either: refusing them as rvk and as R gives every platform one accept set.
 */
const SMALL_ORDER_Y = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
].map((hex) => fromHex(hex, "small-order point"));

/**
 * Verifies the signature of a signed report by the one rule (TCN 0.4.1, cofactorless, R compared byte for byte),
 * with the platform's Ed25519, or with noble's curve where the platform has none.
 * @throws REPORT_SIGNATURE_INVALID
 */
export async function verifySignedReport(report: SignedReport): Promise<void> {
  const message = report.bytes.subarray(0, report.bytes.length - SIGNATURE_LENGTH);
  if (!(await verifyEd25519(report.rvk, report.signature, message))) {
    throw new TocsinError("REPORT_SIGNATURE_INVALID", "the signature does not verify");
  }
}

/** The rule of verifySignedReport on any message. rvk is 32 bytes, the signature 64. */
export async function verifyEd25519(
  rvk: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  if (!isCandidate(rvk, signature)) return false;
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", copy(rvk), "Ed25519", false, ["verify"]);
  } catch (error) {
    if (await platformHasEd25519()) return false; // a platform may refuse an off-curve rvk on import
    if (!(error instanceof Error)) throw error;
    // Few platforms need the curve, and it is a large part of what a page would load first.
    const { verifyEd25519WithNoble } = await import("./signatureNoble.ts");
    return verifyEd25519WithNoble(rvk, signature, message);
  }
  return crypto.subtle.verify("Ed25519", key, copy(signature), copy(message));
}

/**
 * Whether a signature may be valid at all, by its form and its points: what every implementation of the rule of
 * verifyEd25519 asks before the curve's own equation.
 */
export function isCandidate(rvk: Uint8Array, signature: Uint8Array): boolean {
  if (rvk.length !== 32 || signature.length !== SIGNATURE_LENGTH) return false;
  return hasAcceptedY(rvk) && hasAcceptedY(signature.subarray(0, 32));
}

function hasAcceptedY(encoded: Uint8Array): boolean {
  const y = copy(encoded);
  y[31] = (y[31] as number) & 0x7f;
  return !isAtLeastP(y) && !SMALL_ORDER_Y.some((small) => equalBytes(small, y));
}

/** p = 2^255 − 19 is ed ff … ff 7f in little-endian bytes. */
function isAtLeastP(y: Uint8Array): boolean {
  return y[31] === 0x7f && (y[0] as number) >= 0xed && y.subarray(1, 31).every((byte) => byte === 0xff);
}

let hasEd25519: Promise<boolean> | undefined;

function platformHasEd25519(): Promise<boolean> {
  hasEd25519 ??= crypto.subtle.importKey("raw", copy(BASE_POINT), "Ed25519", false, ["verify"]).then(
    () => true,
    () => false,
  );
  return hasEd25519;
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
