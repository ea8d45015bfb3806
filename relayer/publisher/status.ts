import type { PublisherFault } from "./faults.ts";

/** What there is to tell about the publishing, for metrics, readiness and `tocsin status`. */
export interface PublisherStatus {
  /** Whether this process seals and posts. */
  isLeader: boolean;
  /** When the last round ended without fault, unix seconds. */
  lastRoundAt?: number;
  /** Why nothing is being published now, if so. */
  fault?: PublisherFault;
  /** Why a demand is not being answered now, if so. */
  answerFault?: PublisherFault;
  /** The blocks that the chain names, by number, and the time of the latest, unix seconds. */
  chain?: { latest: number; safe: number; finalized: number; timestamp: number };
  /** The operator's, in wei. */
  balance?: bigint;
  /** maxFeePerGas of the newest transaction, in wei. */
  offeredFee?: bigint;
  /** Base fee and priority fee that the network asks for, in wei. */
  networkFee?: bigint;
  /** Transactions that are on their way. */
  inFlight: number;
}
