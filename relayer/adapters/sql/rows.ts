import type { Insertable, Selectable } from "kysely";
import type { Anchor, BatchRecord, EntryRecord, TaskKey, TransactionRecord } from "../../ports/database.ts";
import type { Tables } from "./tables.ts";

/** Rows of one statement: far below the parameters that either database takes. */
export const ROWS_AT_ONCE = 1_000;

export function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += ROWS_AT_ONCE) yield all.slice(start, start + ROWS_AT_ONCE);
}

export function toEntry(row: Selectable<Tables["entries"]>): EntryRecord {
  return {
    leaf: new Uint8Array(row.leaf),
    entry: row.entry === null ? undefined : toBytes(row.entry),
    receivedAt: row.received_at,
    deadline: row.deadline,
    ...(row.seq === null ? {} : { seq: row.seq }),
  };
}

/** A driver's Buffer as plain bytes, which are not copied: a batch has thousands. */
function toBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function toBatch(row: Selectable<Tables["batches"]>): BatchRecord {
  const anchor = toAnchor(row);
  return {
    seq: row.seq,
    firstIndex: row.first_index,
    count: row.count,
    root: new Uint8Array(row.root),
    cidDigest: new Uint8Array(row.cid_digest),
    state: row.state,
    sealedAt: row.sealed_at,
    oldestReceivedAt: row.oldest_received_at,
    isDeleted: row.is_deleted === 1,
    ...(row.filter_digest === null ? {} : { filterDigest: new Uint8Array(row.filter_digest) }),
    ...(anchor === undefined ? {} : { anchor }),
  };
}

function toAnchor(row: Selectable<Tables["batches"]>): Anchor | undefined {
  const {
    transaction_hash: transactionHash,
    block_number: blockNumber,
    block_hash: blockHash,
    finality,
  } = row;
  if (transactionHash === null || blockNumber === null || blockHash === null || finality === null) return;
  return { transactionHash, blockNumber, blockHash, finality };
}

export function fromBatch(batch: BatchRecord): Insertable<Tables["batches"]> {
  return {
    seq: batch.seq,
    first_index: batch.firstIndex,
    count: batch.count,
    root: batch.root,
    cid_digest: batch.cidDigest,
    state: batch.state,
    sealed_at: batch.sealedAt,
    oldest_received_at: batch.oldestReceivedAt,
    is_deleted: batch.isDeleted ? 1 : 0,
    filter_digest: batch.filterDigest ?? null,
    ...fromAnchor(batch.anchor),
  };
}

type AnchorColumns = "transaction_hash" | "block_number" | "block_hash" | "finality";

/** Without an anchor, all of its columns are emptied. */
export function fromAnchor(anchor?: Anchor): Pick<Selectable<Tables["batches"]>, AnchorColumns> {
  return {
    transaction_hash: anchor?.transactionHash ?? null,
    block_number: anchor?.blockNumber ?? null,
    block_hash: anchor?.blockHash ?? null,
    finality: anchor?.finality ?? null,
  };
}

export function toTransaction(row: Selectable<Tables["transactions"]>): TransactionRecord {
  return {
    hash: row.hash,
    task: row.task as TaskKey,
    nonce: row.nonce,
    raw: row.raw,
    maxFeePerGas: BigInt(row.max_fee_per_gas),
    maxPriorityFeePerGas: BigInt(row.max_priority_fee_per_gas),
    signedAt: row.signed_at,
  };
}

export function fromTransaction(transaction: TransactionRecord): Insertable<Tables["transactions"]> {
  return {
    hash: transaction.hash,
    task: transaction.task,
    nonce: transaction.nonce,
    raw: transaction.raw,
    max_fee_per_gas: transaction.maxFeePerGas.toString(),
    max_priority_fee_per_gas: transaction.maxPriorityFeePerGas.toString(),
    signed_at: transaction.signedAt,
  };
}
