import { getChainId } from "@tocsin/protocol/check/rpc.ts";
import { readSource, type Source, type SourceErrors } from "../sync/source.ts";
import { httpRpc } from "../sync/rpc.ts";

/** A registry that an operator works with, and through which RPC. */
export interface Target {
  rpc: string;
  chainId: number;
  /** 0x and 40 digits of hex. */
  registry: `0x${string}`;
}

type EnteredTarget = { target: Target } | { errors: Pick<SourceErrors, "rpc" | "registry"> };

/** The registry of a source. */
function targetOf({ rpc, chainId, registry }: Source): Target {
  return { rpc, chainId, registry: registry as `0x${string}` };
}

/** Whether a source is a log of the registry. */
export function isInRegistry(source: Pick<Source, "chainId" | "registry">, target: Target): boolean {
  return source.chainId === target.chainId && source.registry === target.registry;
}

/** The registries of the sources, each once: the first source's RPC stays. */
export function targetsOf(sources: readonly Source[]): Target[] {
  return sources
    .filter((source, i) => sources.findIndex((other) => isInRegistry(other, targetOf(source))) === i)
    .map(targetOf);
}

/**
 * A registry that was entered by its address. The RPC says which chain it serves.
 * @throws RPC_UNAVAILABLE, RPC_INVALID
 */
export async function readTarget(entered: { rpc: string; registry: string }): Promise<EnteredTarget> {
  const { rpc, registry } = entered;
  const read = readSource({ rpc, registry, chainId: 1, logId: 1, gateways: [rpc] });
  if ("errors" in read) {
    const { rpc: badRpc, registry: badRegistry } = read.errors;
    return { errors: { ...(badRpc && { rpc: badRpc }), ...(badRegistry && { registry: badRegistry }) } };
  }
  const chainId = await getChainId(httpRpc(read.source.rpc));
  return { target: targetOf({ ...read.source, chainId }) };
}
