import { sha256 } from "@noble/hashes/sha2.js";

/** The cidDigest of a batch file: SHA-256 of the whole file, which is one raw block. 32 bytes. */
export function cidDigestOf(file: Uint8Array): Uint8Array {
  return sha256(file);
}

/** As cidDigestOf, by the platform's own hash where it has one (pages need https for it), beside the calling thread. */
export async function digestFile(file: Uint8Array): Promise<Uint8Array> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) return cidDigestOf(file);
  return new Uint8Array(await subtle.digest("SHA-256", file as Uint8Array<ArrayBuffer>));
}
