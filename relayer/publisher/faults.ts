/** Why the relayer cannot go on publishing or answering; reports are still accepted and kept. */
export type FaultCode =
  | "OPERATOR_WITHOUT_FUNDS"
  | "HEAD_UNKNOWN"
  | "FEE_CAP_REACHED"
  | "RPC_UNAVAILABLE"
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
