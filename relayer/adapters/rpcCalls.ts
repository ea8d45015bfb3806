import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { JsonRpcError } from "../net/jsonRpc.ts";
import { BlockUnknownError } from "../ports/registry.ts";

/** One JSON-RPC call. @throws RPC_UNAVAILABLE, or JsonRpcError with the node's own words */
export async function callRpc(rpc: Rpc, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await rpc(method, params);
  } catch (error) {
    if (error instanceof TocsinError || error instanceof JsonRpcError) throw error;
    const why = `the RPC did not answer ${method}: ${(error as Error).message}`;
    throw new TocsinError("RPC_UNAVAILABLE", why, { cause: error });
  }
}

/** A JSON-RPC call that answers with a quantity. @throws RPC_INVALID, or as callRpc */
export async function callForQuantity(rpc: Rpc, method: string, params: readonly unknown[]): Promise<bigint> {
  return toQuantity(await callRpc(rpc, method, params));
}

/** @throws RPC_INVALID */
export function toQuantity(value: unknown): bigint {
  if (typeof value !== "string" || !/^0x[0-9a-f]{1,64}$/i.test(value)) {
    throw new TocsinError("RPC_INVALID", "the RPC answered something that is no quantity");
  }
  return BigInt(value);
}

/** A number as JSON-RPC writes it. */
export function fromNumber(value: number): string {
  return `0x${value.toString(16)}`;
}

/** What the node itself answered, where an error is of that kind. */
export function nodeErrorOf(error: unknown): JsonRpcError | undefined {
  if (error instanceof JsonRpcError) return error;
  const cause = error instanceof TocsinError ? error.cause : undefined;
  return cause instanceof JsonRpcError ? cause : undefined;
}

/** As geth, Erigon, Nethermind, Besu, anvil and providers' balancers word it. */
const BLOCK_UNKNOWN =
  /(header|block|hash|state|trie node)\b.{0,40}\b(not (be )?found|unavailable|not available)|unknown block|missing trie node|out ?of ?range|beyond current head|greater than (the )?(latest|head)/i;
/** Not a word about the block: the node counts requests or blocks. */
const OTHER_LIMIT = /rate|too many|exceed|limit/i;

/** A question about a block. @throws BlockUnknownError where the node does not know the block, or as the call does */
export async function aboutBlock<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const words = nodeErrorOf(error)?.message;
    if (words === undefined || !BLOCK_UNKNOWN.test(words) || OTHER_LIMIT.test(words)) throw error;
    throw new BlockUnknownError(words, { cause: error });
  }
}
