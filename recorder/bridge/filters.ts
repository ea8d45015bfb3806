import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { isPage, type Pairings } from "./pairings.ts";
import { Rate } from "./rate.ts";

/** What the filters look at: headers as they came. */
export interface Call {
  method: string;
  host: string | undefined;
  origin: string | undefined;
}

/** One rule that a request must keep. @throws RecorderError */
export type Filter = (call: Call) => void;

/** Requests a minute of each paired page: reading half a million contacts takes a hundred. */
const PAIRED_PER_MINUTE = 600;
/** Requests a minute of all other pages together: they have nothing to do but to pair. */
const OTHERS_PER_MINUTE = 60;

/**
 * A name that somebody made point to this machine is none of ours: the page that it was made for would count as being of
 * the same origin.
 * @param port that the bridge listens on
 */
export function assertHost(port: () => number): Filter {
  return ({ host }) => {
    const names = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port()}`);
    if (host === undefined || !names.includes(host.toLowerCase())) {
      throw new RecorderError("HOST_REFUSED", "the recorder answers to 127.0.0.1 and localhost only");
    }
  };
}

/** Browsers name the page that asks; nothing else has a question to ask here. */
export const assertOrigin: Filter = ({ origin }) => {
  if (isPage(origin)) return;
  throw new RecorderError(
    "ORIGIN_REFUSED",
    "the recorder answers to pages only: the Origin header names none",
  );
};

/** Each paired page has a rate of its own, so that no other page can use it up. */
export function assertRate(pairings: Pick<Pairings, "has">, clock: Clock): Filter {
  const paired = new Map<string, Rate>();
  const others = new Rate(OTHERS_PER_MINUTE);
  const rateOf = (origin: string): Rate => {
    if (!pairings.has(origin)) return others;
    const rate = paired.get(origin) ?? new Rate(PAIRED_PER_MINUTE);
    paired.set(origin, rate);
    return rate;
  };
  return ({ method, origin = "" }) => {
    if (method === "OPTIONS" || rateOf(origin).take(clock.monotonic())) return;
    throw new RecorderError("RATE_LIMITED", "too many requests: try again in a minute");
  };
}

/** @returns the token that a request shows @throws TOKEN_REFUSED where it is none of the origin's */
export function assertToken(
  pairings: Pick<Pairings, "isToken">,
  origin: string,
  authorization: string | undefined,
): void {
  const [, token] = /^Bearer ([\w-]{43})$/.exec(authorization ?? "") ?? [];
  if (token === undefined || !pairings.isToken(origin, token)) {
    throw new RecorderError("TOKEN_REFUSED", "this page is not paired with the recorder, or not any more");
  }
}
