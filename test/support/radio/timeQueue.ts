interface Entry<T> {
  at: number;
  order: number;
  item: T;
}

/** Items by time, the earliest first; of the same time, the one that was added first. A binary heap. */
export class TimeQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  /** When the next item is due: Infinity when there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: number, item: T): void {
    const entry = { at, order: this.#added++, item };
    let i = this.#heap.length;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (!isBefore(entry, this.#heap[above]!)) break;
      this.#heap[i] = this.#heap[above]!;
      i = above;
    }
    this.#heap[i] = entry;
  }

  /** Takes the earliest item out; undefined when there is none. */
  take(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first?.item;
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= this.#heap.length) break;
      if (below + 1 < this.#heap.length && isBefore(this.#heap[below + 1]!, this.#heap[below]!)) below++;
      if (isBefore(last, this.#heap[below]!)) break;
      this.#heap[i] = this.#heap[below]!;
      i = below;
    }
    this.#heap[i] = last;
    return first.item;
  }
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
