/** TCNs one after the other, four words each, as long as there is room. */
export class TcnList {
  readonly #words: Uint32Array;
  #length = 0;
  #isWhole = true;

  /** @param capacity TCNs */
  constructor(capacity: number) {
    this.#words = new Uint32Array(4 * capacity);
  }

  /** All that were added, or undefined where they were more than the capacity. */
  get words(): Uint32Array | undefined {
    return this.#isWhole ? this.#words.subarray(0, this.#length) : undefined;
  }

  /** Adds the TCN in words[at..at+3]. */
  add(words: Uint32Array, at: number): void {
    if (this.#length === this.#words.length) this.#isWhole = false;
    else for (let i = 0; i < 4; i++) this.#words[this.#length++] = words[at + i] as number;
  }
}
