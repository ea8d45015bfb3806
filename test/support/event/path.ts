import type { Position } from "../radio/propagation.ts";

interface Leg {
  from: number;
  to: number;
  start: Position;
  end: Position;
}

/** Where somebody is at every moment: legs of standing still or of walking straight, one after the other. */
export class Path {
  readonly #legs: Leg[] = [];
  /** The leg of the last question: questions mostly go forward in time. */
  #current = 0;

  /** @param begins unix ms */
  constructor(begins: number, place: Position) {
    this.#legs.push({ from: begins, to: begins, start: place, end: place });
  }

  /** Unix ms up to which the path is known. */
  get ends(): number {
    return this.#legs.at(-1)!.to;
  }

  stayUntil(time: number): void {
    this.#add(time, this.#legs.at(-1)!.end);
  }

  walkTo(place: Position, milliseconds: number): void {
    this.#add(this.ends + milliseconds, place);
  }

  /** Before its beginning and after its end it stands still. */
  at(time: number): Position {
    if (time < this.#legs[this.#current]!.from) this.#current = 0;
    while (this.#current < this.#legs.length - 1 && time >= this.#legs[this.#current]!.to) this.#current++;
    const { from, to, start, end } = this.#legs[this.#current]!;
    if (start === end || time >= to) return end;
    const share = Math.max(0, (time - from) / (to - from));
    return { x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) };
  }

  #add(to: number, end: Position): void {
    if (to <= this.ends) return;
    const { to: from, end: start } = this.#legs.at(-1)!;
    this.#legs.push({ from, to, start, end });
  }
}
