import { createHash, randomInt, timingSafeEqual } from "node:crypto";

/** Seconds for which a code can be used. */
const VALID_FOR = 120;
/** Wrong tries that end a code: somebody who guesses finds one in 200,000. */
const TRIES = 5;

/** What a person copies from the recorder's machine into a page, to show that both are theirs. */
export interface PairingCode {
  /** 6 digits. */
  code: string;
  /** Unix seconds. */
  expiresAt: number;
}

/** The one code that can be used now, if any. It is for one pairing, and is never written down. */
export class PairingCodes {
  #current: (PairingCode & { triesLeft: number }) | undefined;

  /** Makes a new code in place of any earlier one. @param now unix seconds */
  make(now: number): PairingCode {
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    this.#current = { code, expiresAt: now + VALID_FOR, triesLeft: TRIES };
    return { code, expiresAt: now + VALID_FOR };
  }

  /** Whether that is the code. Either way it is a try: a code that was right cannot be used again. */
  redeem(code: string, now: number): boolean {
    const current = this.#current;
    if (!current || now >= current.expiresAt) return false;
    const isRight = timingSafeEqual(digest(code), digest(current.code));
    if (isRight || --current.triesLeft === 0) this.#current = undefined;
    return isRight;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
