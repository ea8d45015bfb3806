import type { Radio } from "../ports/radio.ts";

/** Listens and pauses in turn. Times are monotonic ms. */
export class Listening {
  readonly #radio: Radio;
  readonly #listenFor: number;
  readonly #pauseFor: number;
  #isOn = false;
  /** When the other of the two is due. */
  #turnsAt = 0;
  /** Counts up when the radio listens no more, whatever it was asked for before. */
  #epoch = 0;

  /** @param listenFor, pauseFor: ms; without a pause it listens all the time */
  constructor(radio: Radio, listenFor: number, pauseFor: number) {
    this.#radio = radio;
    this.#listenFor = listenFor;
    this.#pauseFor = pauseFor;
  }

  /** Begins or ends to listen where that is due. Throws what the radio throws. */
  async update(now: number): Promise<void> {
    if (now < this.#turnsAt || (this.#isOn && this.#pauseFor === 0)) return;
    const isOn = !this.#isOn;
    const epoch = this.#epoch;
    await (isOn ? this.#radio.listen() : this.#radio.stopListening());
    if (epoch !== this.#epoch) return;
    this.#isOn = isOn;
    this.#turnsAt = now + (isOn ? this.#listenFor : this.#pauseFor);
  }

  /** The radio listens no more: it is to begin again at once. */
  lost(): void {
    this.#epoch++;
    this.#isOn = false;
    this.#turnsAt = 0;
  }
}
