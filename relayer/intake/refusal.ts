/** Why an upload is refused before anybody looks into it. Codes are stable. */
export type RefusalCode = "RATE_LIMITED" | "WORK_REQUIRED" | "OVERLOADED";

/** What would help: seconds to wait, or zero bits of work to show. */
export interface Remedy {
  retryAfter?: number;
  workBits?: number;
}

/** An upload was refused for what its sender or the relayer's load is, not for what is in it. Nothing of it is kept. */
export class IntakeRefusal extends Error {
  override readonly name = "IntakeRefusal";
  readonly code: RefusalCode;
  readonly remedy: Remedy;

  constructor(code: RefusalCode, message: string, remedy: Remedy) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
