import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { askPatiently } from "@tocsin/protocol/check/askPatiently.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { foldLog, type FoldedBatch } from "@tocsin/protocol/log/fold.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import type { Anchor } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";

/** The log as the chain holds it. */
export interface ChainLog {
  batches: readonly FoldedBatch[];
  anchorOf(batch: FoldedBatch): Anchor;
}

/** Reads the whole log and compares it with its head. @throws LOG_HEAD_MISMATCH, LOG_UNKNOWN, RPC_UNAVAILABLE */
export function readChainLog(registry: Registry): Promise<ChainLog> {
  return askPatiently(() => readOnce(registry));
}

async function readOnce(registry: Registry): Promise<ChainLog> {
  const latest = await registry.block("latest");
  const [safe, finalized] = [await registry.block("safe"), await registry.block("finalized")];
  const head = await registry.head(latest.number);
  const { operator, state, batches } = foldLog(await registry.events(0, latest.number));
  if (!equalBytes(headOf(operator, state), head)) {
    throw new TocsinError("LOG_HEAD_MISMATCH", "the RPC's events do not lead to the log's head");
  }
  return {
    batches,
    anchorOf: ({ transactionHash, blockNumber, blockHash }) => ({
      transactionHash,
      blockNumber,
      blockHash,
      finality:
        blockNumber <= finalized.number ? "finalized" : blockNumber <= safe.number ? "safe" : "latest",
    }),
  };
}
