import { createHash } from "node:crypto";
import { readReportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { decodeCoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES, type SignedReport } from "@tocsin/protocol/report/report.ts";
import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database, EntryRecord } from "../ports/database.ts";

/** Seconds of a CoEpi interval: interval N holds the unix seconds [N × 21600, (N + 1) × 21600). */
export const INTERVAL_LENGTH = 21_600;
/**
 * Seconds from a batch's sealing to its release to old clients. Its commit is over long before, on every process that
 * shares the database: so an interval that has ended never grows again, and a client that read it then missed nothing.
 */
const RELEASED_AFTER = 10;
/** Characters of rendered batches that are kept: the newest are asked for by every client. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;

/** What an old client gets for one interval. */
export interface IntervalListing {
  /** Whether the interval has ended: then nothing is ever added to it. */
  isComplete: boolean;
  /** Equal for equal listings. */
  digest: string;
  /** The listing as JSON: an array of strings, each a signed report in base64. */
  json: AsyncIterable<string>;
}

/**
 * The reports for CoEpi's v0.4.0 clients, interval by interval. Each report is in exactly one interval: the one in which
 * its batch was released. (wire facts, "What a CoEpi client sends and expects")
 */
export class CoepiFeed {
  readonly #database: Pick<Database, "batchesSealed" | "entriesOf">;
  readonly #clock: Clock;
  readonly #rendered = new Map<number, { root: Uint8Array; json: string }>();
  #characters = 0;

  constructor(database: Pick<Database, "batchesSealed" | "entriesOf">, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The interval that runs now. */
  get current(): number {
    return Math.floor(this.#clock.now() / INTERVAL_LENGTH);
  }

  /** @throws DatabaseError, also while the listing is read */
  async list(interval: number): Promise<IntervalListing> {
    const now = this.#clock.now();
    const begin = interval * INTERVAL_LENGTH;
    const releasedBefore = Math.min(begin + INTERVAL_LENGTH, now + 1);
    const sealed =
      begin > now
        ? []
        : await this.#database.batchesSealed(begin - RELEASED_AFTER, releasedBefore - RELEASED_AFTER);
    const batches = sealed.filter(({ isDeleted }) => !isDeleted);
    return {
      isComplete: begin + INTERVAL_LENGTH <= now,
      digest: digestOf(batches),
      json: this.#jsonOf(batches),
    };
  }

  async *#jsonOf(batches: readonly BatchRecord[]): AsyncGenerator<string> {
    let before = "[";
    for (const batch of batches) {
      const json = await this.#render(batch);
      if (json === "") continue;
      yield before + json;
      before = ",";
    }
    yield before === "[" ? "[]" : "]";
  }

  /** The reports of a batch as JSON strings with commas between them. */
  async #render({ seq, root }: BatchRecord): Promise<string> {
    const known = this.#rendered.get(seq);
    // A batch that was taken back may have been replaced by another of its number.
    if (known && Buffer.compare(known.root, root) === 0) return known.json;
    const json = renderEntries(await this.#database.entriesOf(seq));
    this.#keep(seq, root, json);
    return json;
  }

  #keep(seq: number, root: Uint8Array, json: string): void {
    this.#characters += json.length - (this.#rendered.get(seq)?.json.length ?? 0);
    this.#rendered.set(seq, { root, json });
    for (const [oldest, { json: dropped }] of this.#rendered) {
      if (this.#characters <= KEPT_CHARACTERS) break;
      this.#rendered.delete(oldest);
      this.#characters -= dropped.length;
    }
  }
}

/** In the order of their leaves, as in the batch file: any other would betray in which order reports arrived. */
function renderEntries(entries: readonly EntryRecord[]): string {
  return entries
    .toSorted((a, b) => Buffer.compare(a.leaf, b.leaf))
    .flatMap(({ entry }) => {
      const report = entry && safeReport(entry);
      return report ? [`"${Buffer.from(report.bytes).toString("base64")}"`] : [];
    })
    .join(",");
}

/** The report of an entry, unless an old client could not read it. */
function safeReport(entry: Uint8Array): SignedReport | undefined {
  try {
    const report = readReportEntry(entry);
    return isSafeForOldClients(report) ? report : undefined;
  } catch (error) {
    if (error instanceof TocsinError) return undefined;
    throw error;
  }
}

/**
 * Whether a CoEpi v0.4.0 client that meets this report survives it: such a client reads every memo as CoEpi v1, whatever
 * its type says, and crashes where there are too few bytes or no such cough or fever. What says that it is v1 has to be.
 */
function isSafeForOldClients({ memoType, memo }: Pick<SignedReport, "memoType" | "memo">): boolean {
  const read = memoType === MEMO_TYPES.coepiV1 ? memo : asIfV1(memo);
  try {
    decodeCoEpiMemo(read);
    return true;
  } catch (error) {
    if (error instanceof TocsinError) return false;
    throw error;
  }
}

/** The first 20 bytes of a memo, with CoEpi's version and without the bit that only a strict reader minds. */
function asIfV1(memo: Uint8Array): Uint8Array {
  const read = memo.slice(0, 20);
  if (read.length === 20) {
    read.set([1, 0], 0);
    read[19] = (read[19] as number) & 0x7f;
  }
  return read;
}

function digestOf(batches: readonly BatchRecord[]): string {
  const hash = createHash("sha256");
  for (const { root } of batches) hash.update(root);
  return hash.digest("hex").slice(0, 32);
}
