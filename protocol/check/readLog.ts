import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { foldDirect, type DirectLane } from "../log/direct.ts";
import { foldLog, type FoldedLog } from "../log/fold.ts";
import { headOf } from "../log/state.ts";
import { getBlock, getChainId, getDirectHead, getHead, getLogEvents, type Block, type Rpc } from "./rpc.ts";

/** Which log to read. */
export interface LogSource {
  /** Where given, an RPC of another chain is refused. */
  chainId?: number;
  /** 20 bytes. */
  registry: Uint8Array;
  logId: number;
}

/** A log whose whole history, batches and entries sent directly, was compared with the two words in the contract. */
export interface VerifiedLog extends FoldedLog, DirectLane {
  chainId: number;
  registry: Uint8Array;
  logId: number;
  /** The word in the contract that commits the batches at `block`, 32 bytes. */
  head: Uint8Array;
  /** The block as of which the log was read. */
  block: Block;
}

/**
 * Reads a log's events, folds them and compares with the heads in the contract, so that an RPC that hides, adds,
 * reorders or alters a batch or an entry sent directly is caught. An RPC that also lies about the heads is not: see SECURITY.md.
 * @throws CHAIN_ID_MISMATCH, LOG_UNKNOWN, LOG_HEAD_MISMATCH, LOG_EVENT_INVALID, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function readLog(rpc: Rpc, source: LogSource): Promise<VerifiedLog> {
  const chainId = await getChainId(rpc);
  if (source.chainId !== undefined && source.chainId !== chainId) {
    throw new TocsinError("CHAIN_ID_MISMATCH", `the RPC serves chain ${chainId}, not ${source.chainId}`);
  }
  const block = await getBlock(rpc, "latest");
  try {
    return { chainId, ...(await readLogAt(rpc, source, block)) };
  } catch (error) {
    if (!(error instanceof TocsinError) || error.code !== "LOG_HEAD_MISMATCH") throw error;
    // Heads and events are several calls: a reorganisation between them looks like a lie, and shows in the block's hash.
    const again = await getBlock(rpc, block.number);
    if (again.hash === block.hash) throw error;
    return { chainId, ...(await readLogAt(rpc, source, again)) };
  }
}

async function readLogAt(rpc: Rpc, source: LogSource, block: Block): Promise<Omit<VerifiedLog, "chainId">> {
  const { registry, logId } = source;
  const head = await getHead(rpc, registry, logId, block.number);
  const directHead = await getDirectHead(rpc, registry, logId, block.number);
  const events = await getLogEvents(rpc, registry, logId, 0, block.number);
  const log = foldLog(events);
  if (!equalBytes(headOf(log.operator, log.state), head)) {
    throw new TocsinError(
      "LOG_HEAD_MISMATCH",
      "the RPC's events do not lead to the head in the contract: it hides, adds or alters a batch",
    );
  }
  const direct = foldDirect(events);
  if (!equalBytes(direct.directHead, directHead)) {
    throw new TocsinError(
      "LOG_HEAD_MISMATCH",
      "the RPC's events do not lead to the head of the direct lane in the contract: it hides, adds or alters an entry " +
        "that was sent directly",
    );
  }
  return { ...log, ...direct, registry, logId, head, block };
}
