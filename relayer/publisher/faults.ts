import { TocsinError } from "@tocsin/protocol/errors.ts";
import { BlockStoreError } from "../ports/blockStore.ts";
import { DatabaseError } from "../ports/database.ts";
import { BlockUnknownError } from "../ports/registry.ts";

/** Why the relayer cannot go on publishing or answering; reports are still accepted and kept. */
export type FaultCode =
  | "OPERATOR_WITHOUT_FUNDS"
  | "HEAD_UNKNOWN"
  | "FEE_CAP_REACHED"
  | "SIGNER_FAILED"
  | "RPC_UNAVAILABLE"
  | "STORAGE_FULL"
  | "DATABASE_UNAVAILABLE"
  | "STORE_FAILED"
  | "PUBLISH_FAILED"
  | "DEMAND_UNANSWERABLE"
  | "ANSWER_FAILED";

/** A condition that holds until a later round of the publisher finds it gone. */
export class PublisherFault extends Error {
  override readonly name = "PublisherFault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @param otherwise the code of what is none of the known conditions */
export function toFault(error: unknown, otherwise: FaultCode): PublisherFault {
  if (error instanceof PublisherFault) return error;
  const because = { cause: error };
  if (error instanceof DatabaseError && error.code !== "LEAD_LOST") {
    return new PublisherFault(error.code, error.message, because);
  }
  if (error instanceof BlockStoreError) return new PublisherFault(error.code, error.message, because);
  const isRpc = error instanceof TocsinError && error.code === "RPC_UNAVAILABLE";
  return new PublisherFault(isRpc ? "RPC_UNAVAILABLE" : otherwise, messageOf(error), because);
}

/** Whether another process has taken over: what this one was doing is now that one's. */
export function isLeadLost(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "LEAD_LOST";
}

/** Whether an error is about the round as a whole, and not about what was being done: the round ends. */
export function endsRound(error: unknown): boolean {
  return isLeadLost(error) || error instanceof DatabaseError || error instanceof BlockUnknownError;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
