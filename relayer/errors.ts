/** Why a relayer does not start. Codes are stable. */
export type StartCode =
  | "CONFIG_INVALID"
  | "DATA_FOLDER_IN_USE"
  | "DATA_FOLDER_OF_ANOTHER_LOG"
  | "DATABASE_DAMAGED"
  | "DATABASE_IN_USE"
  | "DATABASE_OF_NEWER_VERSION"
  | "DATABASE_UNREACHABLE"
  | "BOND_OF_ANOTHER_REGISTRY"
  | "RECEIPT_TOO_LONG";

/** A relayer could not start; the message says what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: StartCode;

  constructor(code: StartCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
