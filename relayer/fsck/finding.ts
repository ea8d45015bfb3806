/** What `tocsin fsck` finds. Codes are stable. */
export type FindingCode =
  | "DATABASE_DAMAGED"
  | "BATCH_UNKNOWN"
  | "BATCH_MISMATCH"
  | "BATCH_OUT_OF_PLACE"
  | "STATE_MISMATCH"
  | "ENTRIES_DAMAGED"
  | "BYTES_MISSING"
  | "BYTES_DAMAGED"
  | "STORE_FAILED"
  | "BLOCK_UNKNOWN"
  | "STRAY_FILE";

/** Something that database, block stores and chain do not agree about. */
export interface Finding {
  code: FindingCode;
  detail: string;
  /** Absent where nothing that is left could put it right. */
  repair?: Repair;
}

export interface Repair {
  /** What it would do, for people: "write the block again". */
  does: string;
  run(): Promise<void>;
}
