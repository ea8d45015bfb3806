/**
 * A recorder did not do as it was asked. `code` is the recorder's own, or one of this page's: UNREACHABLE where nothing
 * answers, BLOCKED and UNSUPPORTED where the browser does not let this page ask, ANSWER_INVALID for an answer that no
 * recorder gives, REQUEST_DENIED and REQUEST_EXPIRED for keys that were not given.
 */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
