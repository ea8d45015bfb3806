import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { verifyProofOnChain, type AnchoredProof } from "@tocsin/protocol/check/verifyOnChain.ts";
import type { ErrorCode } from "@tocsin/protocol/errors.ts";
import type { Proof } from "@tocsin/protocol/log/proofFile.ts";
import { httpRpc } from "../sync/rpc.ts";
import { sourceId, type Source } from "../sync/source.ts";
import { toFailure, type Failure } from "./explainError.ts";

/** Codes that speak against a proof that is sound in itself; with any other the chain has not answered. */
const AGAINST: ReadonlySet<ErrorCode | "UNEXPECTED"> = new Set(["PROOF_NOT_ANCHORED", "LOG_UNKNOWN"]);

/** What the chain says of a proof. */
export type ChainAnswer =
  { says: "yes"; anchored: AnchoredProof } | { says: "no" | "nothing"; failure: Failure };

/** Asks a chain whether a log had the state that a proof gives. */
export async function askChain(
  proof: Proof,
  { rpc, fromBlock }: Pick<Source, "rpc" | "fromBlock">,
): Promise<ChainAnswer> {
  try {
    return { says: "yes", anchored: await verifyProofOnChain(httpRpc(rpc), proof, fromBlock) };
  } catch (error) {
    const failure = toFailure(error);
    return { says: AGAINST.has(failure.code) ? "no" : "nothing", failure };
  }
}

/** The followed source whose log a proof is of. */
export function followedSource(
  { chainId, registry, logId }: Proof,
  sources: readonly Source[],
): Source | undefined {
  const id = sourceId({ chainId, registry: to0x(registry), logId });
  return sources.find((source) => sourceId(source) === id);
}
