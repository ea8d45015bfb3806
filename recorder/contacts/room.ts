import type { RecordKey, Statements } from "./statements.ts";

/** Records that may begin within an hour, and records in all. */
const MOST_PER_HOUR = 20_000;
const MOST_RECORDS = 500_000;
const HOUR = 3_600;

/**
 * Room for the records that begin in one transaction. Where there is none, a record of one sample makes room, if there is
 * one: numbers that are heard again stay, so that a flood of made-up ones costs those who stay near little.
 */
export class Room {
  readonly #statements: Statements;
  /** How many records begin at most. */
  readonly #wanted: number;
  readonly #now: number;
  #free: number | undefined;
  /** Whether it is the hour that is full first, and not the file. */
  #isOfHour = false;
  #moments: RecordKey[] | undefined;
  #lost = 0;

  /** @param now unix seconds */
  constructor(statements: Statements, wanted: number, now: number) {
    this.#statements = statements;
    this.#wanted = wanted;
    this.#now = Math.floor(now);
  }

  /** Samples that there was no room for: refused ones, and those that made room. */
  get lost(): number {
    return this.#lost;
  }

  /** Whether one more record may begin. */
  take(): boolean {
    this.#free ??= this.#count();
    if (this.#free > 0) {
      this.#free--;
      return true;
    }
    this.#lost++;
    return this.#make();
  }

  #count(): number {
    const { countBegun, summary } = this.#statements;
    const ofHour = MOST_PER_HOUR - countBegun.get(...this.#hour())!.count;
    const ofFile = MOST_RECORDS - summary.get()!.count;
    this.#isOfHour = ofHour <= ofFile;
    return Math.max(0, Math.min(ofHour, ofFile));
  }

  #make(): boolean {
    const { deleteMoment } = this.#statements;
    this.#moments ??= this.#find();
    for (let moment = this.#moments.pop(); moment !== undefined; moment = this.#moments.pop()) {
      // It may have grown since it was found.
      if (deleteMoment.run(moment).changes > 0) return true;
    }
    return false;
  }

  /**
   * Of the last hour chance chooses, so that no order of coming protects a flood or costs those who stay; of the whole file
   * it is the oldest.
   */
  #find(): RecordKey[] {
    const { momentsOf, oldestMoments } = this.#statements;
    return this.#isOfHour ? momentsOf.all(...this.#hour(), this.#wanted) : oldestMoments.all(this.#wanted);
  }

  #hour(): [from: number, to: number] {
    return [this.#now - HOUR + 1, this.#now];
  }
}
