import type { Failure } from "../verify/explainError.ts";
import { isPublicAddress } from "./sourceLink.ts";
import type { Source } from "./source.ts";

/** What was seen of a source that hides or rewrites, for others to verify: names and values, in their order. */
export type Evidence = Record<string, string | number | readonly string[]>;

/**
 * Evidence that can be handed on: an RPC's address is cut to its host where the rest may be a key.
 * @param seenAt unix seconds
 */
export function evidenceOf(source: Source, failure: Failure, seenAt: number): Evidence {
  const { code, message, details, rpc = source.rpc } = failure;
  return {
    format: "tocsin-evidence",
    version: 1,
    code,
    message,
    rpc: isPublicAddress(rpc) ? rpc : new URL(rpc).origin,
    chainId: source.chainId,
    registry: source.registry,
    logId: source.logId,
    gateways: source.gateways.map((url) => (isPublicAddress(url) ? url : new URL(url).origin)),
    ...details,
    seenAt: new Date(seenAt * 1_000).toISOString(),
  };
}
