import * as CarBufferWriter from "@ipld/car/buffer-writer";
import { CID } from "multiformats/cid";
import { identity } from "multiformats/hashes/identity";

/** The empty block inside its own CID, by which clients probe for a gateway. */
export const PROBE_CID = "bafkqaaa";

/**
 * A CARv1 with one root, which is its only block (ipld.io/specs/transport/car/carv1). A block that is in its CID
 * stands in the header alone.
 * @param cid as text, valid
 */
export function carOf(cid: string, block: Uint8Array): Uint8Array {
  const root = CID.parse(cid);
  const blocks = root.multihash.code === identity.code ? [] : [{ cid: root, bytes: block }];
  const length = blocks.reduce(
    (sum, each) => sum + CarBufferWriter.blockLength(each),
    CarBufferWriter.headerLength({ roots: [root] }),
  );
  const writer = CarBufferWriter.createWriter(new ArrayBuffer(length), { roots: [root] });
  for (const each of blocks) writer.write(each);
  return writer.close();
}

/** Whether a text is a CID of any kind. */
export function isCid(text: string): boolean {
  try {
    CID.parse(text);
    return true;
  } catch {
    return false;
  }
}
