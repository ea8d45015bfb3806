import { equalBytes } from "../bytes/bytes.ts";
import { to0x } from "../bytes/hex.ts";
import { TocsinError, type ErrorDetails } from "../errors.ts";
import { foldDirect, type DirectLane } from "../log/direct.ts";
import { foldLog, type FoldedLog } from "../log/fold.ts";
import { headOf } from "../log/state.ts";
import type { LogEvent } from "../log/events.ts";
import type { KnownLog } from "./memory.ts";
import { askPatiently } from "./askPatiently.ts";
import { getBlock, getChainId, getDirectHead, getHead, getLogEvents, type Block, type Rpc } from "./rpc.ts";

/** Which log to read. */
export interface LogSource {
  /** Where given, an RPC of another chain is refused. */
  chainId?: number;
  /** 20 bytes. */
  registry: Uint8Array;
  logId: number;
}

/** Which log to read, and from where on. */
export interface LogOrigin extends LogSource {
  /**
   * A block up to the one in which the log was opened: nothing before it is read, which saves a public RPC much. A later
   * one can only make the reading fail. 0 unless given.
   */
  fromBlock?: number;
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
  /** All of its events, as they were folded. */
  events: readonly LogEvent[];
}

type LogAtBlock = Omit<VerifiedLog, "chainId">;

/**
 * Reads a log's events, folds them and compares with the heads in the contract, so that an RPC that hides, adds,
 * reorders or alters a batch or an entry sent directly is caught. An RPC that also lies about the heads is not: see SECURITY.md.
 * @param known what an earlier reading left. Only what came since is read where its block is still in the chain. Nothing
 *   of it is trusted: all events are folded from the beginning, and where they do not lead to the heads all are read again.
 * @throws CHAIN_ID_MISMATCH, LOG_UNKNOWN, LOG_HEAD_MISMATCH, LOG_EVENT_INVALID, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function readLog(rpc: Rpc, source: LogOrigin, known?: KnownLog): Promise<VerifiedLog> {
  const chainId = await getChainId(rpc);
  if (source.chainId !== undefined && source.chainId !== chainId) {
    throw new TocsinError("CHAIN_ID_MISMATCH", `the RPC serves chain ${chainId}, not ${source.chainId}`);
  }
  const continued = known && isOf(known, chainId, source) ? await readOn(rpc, source, known) : undefined;
  const log =
    continued ?? (await askPatiently(async () => readLogAt(rpc, source, await getBlock(rpc, "latest"))));
  return { chainId, ...log };
}

/** Whether what was kept is about this log. */
export function isOf(known: KnownLog, chainId: number, { registry, logId }: LogSource): boolean {
  return known.chainId === chainId && known.logId === logId && equalBytes(known.registry, registry);
}

/** Reads only what came since. @returns undefined where that does not lead to the heads: memory or RPC is wrong */
async function readOn(rpc: Rpc, source: LogOrigin, known: KnownLog): Promise<LogAtBlock | undefined> {
  const block = await getBlock(rpc, "latest");
  if (!(await isInChain(rpc, known.block, block))) return undefined;
  try {
    return await readLogAt(rpc, source, block, known);
  } catch (error) {
    if (error instanceof TocsinError) return undefined;
    throw error;
  }
}

async function isInChain(rpc: Rpc, { number, hash }: Block, latest: Block): Promise<boolean> {
  if (number > latest.number) return false;
  const block = number === latest.number ? latest : await getBlock(rpc, number);
  return block.hash === hash;
}

async function readLogAt(rpc: Rpc, source: LogOrigin, block: Block, known?: KnownLog): Promise<LogAtBlock> {
  const { registry, logId } = source;
  const head = await getHead(rpc, registry, logId, block.number);
  const directHead = await getDirectHead(rpc, registry, logId, block.number);
  const events = [...(known?.events ?? [])];
  const from = known ? known.block.number + 1 : (source.fromBlock ?? 0);
  if (from <= block.number) {
    for (const event of await getLogEvents(rpc, registry, logId, from, block.number)) events.push(event);
  }
  if (!known && from > 0 && events[0]?.name !== "LogOpened") {
    throw new TocsinError(
      "LOG_UNKNOWN",
      `log ${logId} was opened before block ${from}: give the block of its opening, or none, so that all is read`,
    );
  }
  const log = foldLog(events);
  const folded = headOf(log.operator, log.state);
  if (!equalBytes(folded, head)) {
    throw new TocsinError(
      "LOG_HEAD_MISMATCH",
      "the RPC's events do not lead to the head in the contract: it hides, adds or alters a batch",
      { details: evidenceOf(block, head, folded) },
    );
  }
  const direct = foldDirect(events);
  if (!equalBytes(direct.directHead, directHead)) {
    throw new TocsinError(
      "LOG_HEAD_MISMATCH",
      "the RPC's events do not lead to the head of the direct lane in the contract: it hides, adds or alters an entry " +
        "that was sent directly",
      { details: evidenceOf(block, directHead, direct.directHead) },
    );
  }
  return { ...log, ...direct, registry, logId, head, block, events };
}

/** What shows to others that an RPC contradicts itself: anybody can read the same head at that block. */
function evidenceOf({ number, hash }: Block, inContract: Uint8Array, ofEvents: Uint8Array): ErrorDetails {
  return { block: number, blockHash: hash, headInContract: to0x(inContract), headOfEvents: to0x(ofEvents) };
}
