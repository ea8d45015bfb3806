/** The most that the platform gives at once. */
const POOL_LENGTH = 65_536;

/** Random bytes that cost next to nothing each: a call of the platform for every few would tell a dummy by its time. */
export class RandomPool {
  readonly #pool = new Uint8Array(POOL_LENGTH);
  #next = POOL_LENGTH;

  /** @param length at most 65,536 */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (this.#next + length > POOL_LENGTH) {
      crypto.getRandomValues(this.#pool);
      this.#next = 0;
    }
    this.#next += length;
    return this.#pool.slice(this.#next - length, this.#next);
  }
}
