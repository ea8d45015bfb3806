import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { TocsinError } from "../errors.ts";

const RAW = 0x55;
const SHA2_256 = 0x12;

/** The CID of a cidDigest as text: CIDv1, raw, sha2-256, base32. */
export function cidOf(cidDigest: Uint8Array): string {
  return CID.createV1(RAW, createDigest(SHA2_256, cidDigest)).toString();
}

/** @throws CID_INVALID unless the text is a CIDv1 of one raw block with sha2-256 */
export function cidDigestFrom(text: string): Uint8Array {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (error) {
    throw new TocsinError("CID_INVALID", "not a CID", { cause: error });
  }
  if (cid.version !== 1 || cid.code !== RAW || cid.multihash.code !== SHA2_256 || cid.multihash.size !== 32) {
    throw new TocsinError("CID_INVALID", "a batch's CID is version 1, raw, sha2-256");
  }
  return new Uint8Array(cid.multihash.digest);
}
