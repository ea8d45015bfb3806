/** Content-addressed storage for batch files: each is one raw block, found by its SHA-256. */
export interface BlockStore {
  /** Durable when it resolves. Putting the same block again does nothing. */
  put(cidDigest: Uint8Array, block: Uint8Array): Promise<void>;
  /** The block's bytes as they are stored now, or undefined. The caller hashes them. */
  get(cidDigest: Uint8Array): Promise<Uint8Array | undefined>;
}
