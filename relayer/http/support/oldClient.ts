import { fromBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { decodeCoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";

/** What a request brings back. */
export interface OldAnswer {
  status: number;
  body: string;
}

/**
 * A CoEpi v0.4.0 client, written from the facts: it starts at the interval that runs, then reads one interval after the
 * other, and the running one again at every poll. What it reads of an interval that has ended it never reads again.
 */
export class OldClient {
  readonly #get: (path: string) => Promise<OldAnswer>;
  readonly #path: string;
  #next: number | undefined;
  /** For each interval, the reports that it read there, in base64. */
  readonly intervals = new Map<number, Set<string>>();
  /** What it could read once it can read again: thousands of signatures need not be verified at every poll. */
  readonly #readable = new Set<string>();

  constructor(get: (path: string) => Promise<OldAnswer>, path: string) {
    this.#get = get;
    this.#path = path;
  }

  /** @param now the client's clock, unix seconds */
  async poll(now: number): Promise<void> {
    const running = Math.floor(now / 21_600);
    for (let interval = this.#next ?? running; interval <= running; interval++) {
      const { body } = await this.#get(`${this.#path}?intervalNumber=${interval}&intervalLength=21600`);
      for (const entry of JSON.parse(body) as string[]) await this.#take(interval, entry);
    }
    this.#next = running;
  }

  async #take(interval: number, entry: string): Promise<void> {
    if (!this.#readable.has(entry) && !(await this.#read(entry))) return;
    this.#readable.add(entry);
    const seen = this.intervals.get(interval) ?? new Set();
    this.intervals.set(interval, seen.add(entry));
  }

  /** Skips what it cannot read; what it takes it decodes as CoEpi v1, whatever its type, and ends where it cannot. */
  async #read(entry: string): Promise<boolean> {
    try {
      await verifySignedReport(readSignedReport(fromBase64(entry, "entry")));
    } catch {
      return false;
    }
    const { memoType, memo } = readSignedReport(fromBase64(entry, "entry"));
    if (memoType === 0) decodeCoEpiMemo(memo);
    else if (memo.length < 20 || (memo[18]! & 15) > 3 || memo[18]! >> 4 > 2) throw new Error("crashed");
    return true;
  }

  /** How often each report was read, counting each interval once. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const seen of this.intervals.values())
      for (const entry of seen) counts.set(entry, (counts.get(entry) ?? 0) + 1);
    return counts;
  }
}
