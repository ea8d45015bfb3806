import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { OnAir } from "../keys/keyring.ts";

/** The own number's one stay on air. */
export interface Stay extends OnAir {
  /** Monotonic ms at which it ends whatever becomes of the machine's clock: setting that back prolongs nothing. */
  readonly until: number;
}

/** What both clocks show, in ms. */
export interface Moment {
  now: number;
  monotonic: number;
}

/** The stay of the number that is due: the last one's where that is the same, else one of what is left of its slot. */
export function stayOf(due: OnAir, last: Stay | undefined, { now, monotonic }: Moment): Stay {
  if (last !== undefined && equalBytes(last.tcn, due.tcn)) return last;
  return { ...due, until: monotonic + slotLeft(due, now) };
}

/** Milliseconds for which a number may still be on air, by the clock that is nearer to the end. */
export function stayLeft(stay: Stay, { now, monotonic }: Moment): number {
  return Math.min(slotLeft(stay, now), stay.until - monotonic);
}

/** Milliseconds until a number's slot ends by the machine's clock. */
export function slotLeft({ to }: OnAir, now: number): number {
  return to * 1_000 - now;
}
