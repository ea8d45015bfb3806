import { createRequire } from "node:module";

// As protocol resolves it: at the root stands the older version that ethers pins.
const fromProtocol = createRequire(import.meta.resolve("@tocsin/protocol/package.json"));

/** SHA-256 of @noble/hashes in the very version that protocol uses. */
export const { sha256 } = fromProtocol("@noble/hashes/sha2.js") as {
  sha256: (data: Uint8Array) => Uint8Array;
};
