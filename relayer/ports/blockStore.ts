/** Content-addressed storage for batch files and filter files: each is one raw block, found by its SHA-256. */
export interface BlockStore {
  /** For messages and metrics: "filesystem", "kubo", "pinning". */
  readonly name: string;
  /** Durable when it resolves. Putting the same block again does nothing. @throws BlockStoreError */
  put(cidDigest: Uint8Array, block: Uint8Array): Promise<void>;
  /** The block's bytes as they are stored now, or undefined. The caller hashes them. @throws BlockStoreError */
  get(cidDigest: Uint8Array): Promise<Uint8Array | undefined>;
  /** Gives the block up. One that is not there is no error. @throws BlockStoreError */
  delete(cidDigest: Uint8Array): Promise<void>;
  /** What is stored, for a store that belongs to the relayer alone. @throws BlockStoreError */
  list?(): Promise<StoredBlocks>;
  /** Deletes a stray that `list` named. @throws BlockStoreError */
  removeStray?(name: string): Promise<void>;
}

/** Everything that lies in a store. */
export interface StoredBlocks {
  /** cidDigests by which blocks are kept, 32 bytes each; their bytes may be damaged. */
  blocks: Uint8Array[];
  /** Names of files that are no blocks: what a crash left half written, or what somebody put there. */
  strays: string[];
}

/** Why a store did not do as it was told. Codes are stable. */
export type BlockStoreCode = "STORAGE_FULL" | "STORE_FAILED";

/** A store did not keep, return or delete a block. The message says why, and names no URL: it may hold a key. */
export class BlockStoreError extends Error {
  override readonly name = "BlockStoreError";
  readonly code: BlockStoreCode;

  constructor(code: BlockStoreCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
