import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { JsonRpcError } from "../net/jsonRpc.ts";

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
