import { randomBytes } from "node:crypto";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";
import {
  airTime,
  DEFAULT_ROTATION,
  type BroadcastKey,
  type BroadcastTimes,
  type TimeSpan,
} from "@tocsin/protocol/report/broadcastKeys.ts";
import { tckAt } from "@tocsin/protocol/tcn/rak.ts";
import { nextTck, tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import { RecorderError } from "../errors.ts";
import { KeyFile } from "./keyFile.ts";
import { cutTo, dueIndex, endOf, type StoredKey } from "./slots.ts";

/** A number, and the time that it may be on air: unix seconds, `to` excluded. */
export interface OnAir {
  readonly tcn: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/**
 * The keys of this machine's numbers. A rak has 24 numbers, each for one slot of 900 s and for no other; wherever the
 * row of slots breaks off, a new rak begins. What a method changes is durable when it returns, and where it throws,
 * nothing is changed.
 */
export class Keyring {
  readonly #file: KeyFile;
  /** Oldest first; only the last may go on. */
  #keys: readonly StoredKey[];
  /** Hex of every number that was on air. */
  #own: Set<string>;
  /** The number of the last key's last index. */
  #onAir: OnAir | undefined;

  private constructor(file: KeyFile, keys: readonly StoredKey[]) {
    this.#file = file;
    this.#keys = keys;
    this.#own = numbersOf(keys);
  }

  /**
   * Opens the keys file, or begins one with the first number.
   * @param passphrase seals the file
   * @throws KEYS_DAMAGED, PASSPHRASE_MISSING, PASSPHRASE_WRONG, KEYS_UNWRITABLE, DATA_FOLDER_UNUSABLE
   */
  static async open(path: string, passphrase?: string): Promise<Keyring> {
    const { file, keys } = await KeyFile.open(path, passphrase);
    return new Keyring(file, keys);
  }

  get isSealed(): boolean {
    return this.#file.isSealed;
  }

  /** The number that is due now; a new rak's where the last one does not go on. @throws KEYS_UNWRITABLE */
  onAir(now: number): OnAir {
    const last = this.#keys.at(-1);
    const index = last === undefined ? undefined : dueIndex(last, now);
    if (last === undefined || index === undefined) return this.#begin(now);
    if (index === last.lastIndex) return (this.#onAir ??= onAirAt(last));
    return this.#take({ ...last, lastIndex: index }, this.#keys.slice(0, -1));
  }

  /** Ends the run: the next number will be a new rak's. @throws KEYS_UNWRITABLE */
  retire(now: number): void {
    if (this.#keys.at(-1)?.retiredAt === undefined) this.#save(this.#retired(now));
  }

  /** When the numbers that could be handed out were on air, oldest first. */
  broadcasts(): BroadcastTimes[] {
    return this.#keys
      .filter(({ handedOutAt }) => handedOutAt === undefined)
      .map(({ startedAt, rotation, firstIndex, lastIndex }) => ({
        startedAt,
        rotation,
        firstIndex,
        lastIndex,
      }));
  }

  /**
   * The keys of all numbers that were on air in the windows, one a rak. A report discloses what a rak would send later,
   * so these raks end here.
   * @throws NOTHING_TO_HAND_OUT, KEYS_UNWRITABLE
   */
  handOut(windows: readonly TimeSpan[], now: number): BroadcastKey[] {
    const at = Math.floor(now);
    const cuts: BroadcastKey[] = [];
    const keys = this.#keys.map((key) => {
      const cut = key.handedOutAt === undefined ? cutTo(windows, key) : undefined;
      if (cut === undefined) return key;
      cuts.push(cut);
      return { ...key, retiredAt: key.retiredAt ?? at, handedOutAt: at };
    });
    if (cuts.length === 0) {
      throw new RecorderError(
        "NOTHING_TO_HAND_OUT",
        "nothing was sent then, or it was handed out before: `tocsin-recorder keys --again` gives it once more",
      );
    }
    this.#save(keys);
    return cuts;
  }

  /**
   * The keys of numbers that were handed out before: who got them may have lost them before they were reported.
   * @throws NOTHING_TO_HAND_OUT
   */
  handedOut(windows: readonly TimeSpan[]): BroadcastKey[] {
    const cuts = this.#keys.flatMap((key) =>
      key.handedOutAt === undefined ? [] : (cutTo(windows, key) ?? []),
    );
    if (cuts.length > 0) return cuts;
    throw new RecorderError("NOTHING_TO_HAND_OUT", "no key of that time was handed out before");
  }

  /** Whether the number is or was this machine's own. */
  isOwn(tcn: Uint8Array): boolean {
    return this.#own.has(toHex(tcn));
  }

  /** Deletes keys whose last number left the air before the retention time. How many. @throws KEYS_UNWRITABLE */
  purge(now: number): number {
    const kept = this.#keys.filter((key) => endOf(key) >= now - RETENTION);
    const purged = this.#keys.length - kept.length;
    if (purged > 0) this.#replace(kept);
    return purged;
  }

  /** Deletes all keys, also the one in use. How many. @throws KEYS_UNWRITABLE */
  erase(): number {
    const erased = this.#keys.length;
    if (erased > 0) this.#replace([]);
    return erased;
  }

  #begin(now: number): OnAir {
    const startedAt = Math.floor(now);
    const key = { rak: randomBytes(32), startedAt, rotation: DEFAULT_ROTATION, firstIndex: 1, lastIndex: 1 };
    return this.#take(key, this.#retired(now));
  }

  /** Takes a slot that begins. */
  #take(key: StoredKey, others: readonly StoredKey[]): OnAir {
    const onAir = onAirAt(key);
    this.#save([...others, key]);
    this.#own.add(toHex(onAir.tcn));
    return (this.#onAir = onAir);
  }

  #retired(now: number): StoredKey[] {
    return this.#keys.map((key) =>
      key.retiredAt === undefined ? { ...key, retiredAt: Math.floor(now) } : key,
    );
  }

  #save(keys: readonly StoredKey[]): void {
    this.#file.write(keys);
    this.#keys = keys;
    this.#onAir = undefined;
  }

  #replace(keys: readonly StoredKey[]): void {
    this.#save(keys);
    this.#own = numbersOf(keys);
  }
}

/** The last number of a key that has begun. */
function onAirAt(key: StoredKey): OnAir {
  return { tcn: tcnOf(tckAt(key.rak, key.lastIndex)), ...airTime(key, key.lastIndex) };
}

function numbersOf(keys: readonly StoredKey[]): Set<string> {
  const numbers = new Set<string>();
  for (const { rak, firstIndex, lastIndex } of keys) {
    for (let tck = tckAt(rak, firstIndex); ; tck = nextTck(tck)) {
      numbers.add(toHex(tcnOf(tck)));
      if (tck.index === lastIndex) break;
    }
  }
  return numbers;
}
