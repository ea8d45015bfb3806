import { getAddress } from "viem";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { readLog, type VerifiedLog } from "@tocsin/protocol/check/readLog.ts";
import { getBlock } from "@tocsin/protocol/check/rpc.ts";
import type { FoldedBatch } from "@tocsin/protocol/log/fold.ts";
import { httpRpc } from "../sync/rpc.ts";
import { readLogManagement, type LogManagement } from "./logManagement.ts";
import type { Target } from "./target.ts";

const RECENT = 10;

/** A log as its operator looks at it. */
export interface OperatedLog {
  log: VerifiedLog;
  /** With its checksum, as wallets show it. */
  operator: `0x${string}`;
  management: LogManagement;
  /** The last appends, newest first, each with its block's time, unix seconds. */
  recent: (FoldedBatch & { appendedAt: number })[];
}

/**
 * Reads a log, compares its history with the contract's heads, and reads what its operators said.
 * @param fromBlock a block up to the one in which it was opened
 * @throws as readLog
 */
export async function readOperatedLog(target: Target, logId: number, fromBlock = 0): Promise<OperatedLog> {
  const { chainId, registry } = target;
  const rpc = httpRpc(target.rpc);
  const log = await readLog(rpc, { chainId, registry: fromHex(registry, "registry", 20), logId, fromBlock });
  const management = await readLogManagement(rpc, { registry, logId }, fromBlock, log.block.number);
  const newest = log.batches.slice(-RECENT).reverse();
  const recent = await Promise.all(
    newest.map(async (batch) => ({
      ...batch,
      appendedAt: (await getBlock(rpc, batch.blockNumber)).timestamp,
    })),
  );
  return { log, operator: getAddress(to0x(log.operator)), management, recent };
}

/** What the contract is shown before it takes an operator's word: the state behind the log's head. */
export function shownState({ log }: OperatedLog): readonly [bigint, bigint, bigint, `0x${string}`[]] {
  const { size, total, peaks } = log.state;
  return [BigInt(log.logId), BigInt(size), BigInt(total), peaks.map((peak) => to0x(peak) as `0x${string}`)];
}
