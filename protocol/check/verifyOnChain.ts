import { equalBytes } from "../bytes/bytes.ts";
import { to0x } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import type { FoldedLog } from "../log/fold.ts";
import { verifyProof, type Proof } from "../log/proofFile.ts";
import { appendBatch, EMPTY_LOG, type LogState } from "../log/state.ts";
import { readLog } from "./readLog.ts";
import { getBlock, type Block, type Rpc } from "./rpc.ts";

/** How far the chain vouches for a block: `latest` may still be reorganised, `safe` hardly, `finalized` no more. */
export type Finality = "latest" | "safe" | "finalized";

/** What the chain adds to a proof. */
export interface AnchoredProof {
  /** When the entry's batch was anchored, unix seconds. */
  anchoredAt: number;
  transactionHash: string;
  blockNumber: number;
  /** Whether that block is final. */
  finalized: boolean;
  finality: Finality;
  /** Whether the node tells which blocks are safe; where it does not, what is not finalized counts as latest. */
  isSafeKnown: boolean;
}

/**
 * Verifies a proof against the chain: its state must be one that the log in the contract went through, and its block
 * must stand in the canonical chain. No archive node is needed: the log's events are folded and compared with the
 * head of now.
 * @param fromBlock as LogOrigin has it
 * @throws PROOF_NOT_INCLUDED, PROOF_NOT_ANCHORED, CHAIN_ID_MISMATCH, or as readLog
 */
export async function verifyProofOnChain(rpc: Rpc, proof: Proof, fromBlock?: number): Promise<AnchoredProof> {
  verifyProof(proof);
  const { chainId, registry, logId } = proof;
  const origin = { chainId, registry, logId, ...(fromBlock === undefined ? {} : { fromBlock }) };
  const log = await readLog(rpc, origin);
  const state = stateAt(log, proof.state.size);
  if (!state || state.total !== proof.state.total || !samePeaks(state, proof.state)) {
    throw new TocsinError(
      "PROOF_NOT_ANCHORED",
      "the log in the contract never had the state that the proof gives",
    );
  }
  if (!operatedAt(log, proof.operator, proof.state.size)) {
    throw new TocsinError(
      "PROOF_NOT_ANCHORED",
      "the log was not the named operator's when it had that state",
    );
  }
  const block = await getBlock(rpc, proof.block.number);
  if (block.hash !== to0x(proof.block.hash)) {
    throw new TocsinError(
      "PROOF_NOT_ANCHORED",
      "the proof's block is not in the chain any more: ask for a new proof",
    );
  }
  const batch = log.batches[proof.batch.seq] as FoldedLog["batches"][number];
  const anchor = await getBlock(rpc, batch.blockNumber);
  const { finality, isSafeKnown } = await finalityOf(rpc, batch.blockNumber);
  return {
    anchoredAt: anchor.timestamp,
    transactionHash: batch.transactionHash,
    blockNumber: batch.blockNumber,
    finalized: finality === "finalized",
    finality,
    isSafeKnown,
  };
}

async function finalityOf(
  rpc: Rpc,
  blockNumber: number,
): Promise<Pick<AnchoredProof, "finality" | "isSafeKnown">> {
  const finalized = await getBlock(rpc, "finalized");
  const safe = await getSafeBlock(rpc);
  const isSafeKnown = safe !== undefined;
  if (blockNumber <= finalized.number) return { finality: "finalized", isSafeKnown };
  return { finality: safe && blockNumber <= safe.number ? "safe" : "latest", isSafeKnown };
}

/** Undefined where the node knows no such block: the tag came with proof of stake, and not every chain has it. */
async function getSafeBlock(rpc: Rpc): Promise<Block | undefined> {
  try {
    return await getBlock(rpc, "safe");
  } catch (error) {
    if (error instanceof TocsinError) return undefined;
    throw error;
  }
}

function stateAt(log: FoldedLog, size: number): LogState | undefined {
  return size > log.state.size ? undefined : log.batches.slice(0, size).reduce(appendBatch, EMPTY_LOG);
}

function samePeaks(a: LogState, b: LogState): boolean {
  return a.peaks.every((peak, i) => equalBytes(peak, b.peaks[i] as Uint8Array));
}

/** A log handed on at a size had that size under both operators. */
function operatedAt(log: FoldedLog, operator: Uint8Array, size: number): boolean {
  return log.operators.some(
    ({ address, sinceSize }, i) =>
      equalBytes(address, operator) &&
      sinceSize <= size &&
      size <= (log.operators[i + 1]?.sinceSize ?? Number.POSITIVE_INFINITY),
  );
}
