/** Every code that the recorder can fail with. Codes are stable: programs may compare them. */
export type RecorderCode =
  | "ADAPTER_ADDRESS_EXPOSED"
  | "ADAPTER_ADDRESS_SHARED"
  | "ADAPTER_BUSY"
  | "ADAPTER_INCAPABLE"
  | "ADAPTER_MISSING"
  | "ADAPTER_OFF"
  | "BLUETOOTH_DENIED"
  | "BLUETOOTH_UNAVAILABLE"
  | "PEER_UNREACHABLE"
  | "SERVICE_DATA_INVALID"
  | "DATA_FOLDER_UNUSABLE"
  | "DATABASE_DAMAGED"
  | "DATABASE_OF_NEWER_VERSION"
  | "KEYS_DAMAGED"
  | "KEYS_UNWRITABLE"
  | "PASSPHRASE_MISSING"
  | "PASSPHRASE_WRONG"
  | "BRIDGE_OFF"
  | "PAIRINGS_DAMAGED"
  | "PORT_IN_USE"
  | "RECORDER_NOT_RUNNING"
  | "RECORDER_RUNNING"
  | "RECORDER_SILENT"
  | "NOTHING_TO_HAND_OUT"
  | "REQUEST_UNKNOWN"
  | "REQUEST_INVALID"
  | "REQUEST_OPEN"
  | "PAIRING_REFUSED"
  | "HOST_REFUSED"
  | "ORIGIN_REFUSED"
  | "RATE_LIMITED"
  | "TOKEN_REFUSED";

/** The only error that the recorder's own functions throw. `code` is stable, `message` says what to do. */
export class RecorderError extends Error {
  override readonly name = "RecorderError";
  readonly code: RecorderCode;

  constructor(code: RecorderCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
