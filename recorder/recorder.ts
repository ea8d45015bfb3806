import type { BroadcastKey, BroadcastTimes, TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { Rounds } from "./air/rounds.ts";
import { slotLeft } from "./air/stay.ts";
import { Attempts, type Problem } from "./attempts.ts";
import type { ContactStore, ContactSummary } from "./contacts/contactStore.ts";
import { Sightings } from "./contacts/sightings.ts";
import type { Keyring } from "./keys/keyring.ts";
import { Notes } from "./notes.ts";
import type { Clock } from "./ports/clock.ts";
import type { Radio } from "./ports/radio.ts";

/** Milliseconds between two looks at everything. */
const TICK = 1_000;
/** Milliseconds by which the two clocks may disagree before somebody set one, or the machine slept. */
const JUMP = 2_000;
/** Milliseconds that somebody waits for the radio who has asked for something. */
const PATIENCE = 10_000;
const PURGE_EVERY = 3_600_000;
/** Milliseconds for which a clock must have stood before anything is deleted by it: one that is wrong is put right first. */
const TRUSTED_AFTER = 600_000;

export interface RecorderParts {
  radio: Radio;
  clock: Clock;
  keyring: Keyring;
  contacts: ContactStore;
  /** Seconds that the radio listens, and pauses after. */
  listenFor: number;
  pauseFor: number;
  /** Takes a line for the log. */
  note: (line: string) => void;
}

export interface RecorderStatus {
  /** Waiting: something keeps it from sending numbers, hearing them or writing them down. It goes on by itself. */
  state: "recording" | "waiting";
  problem?: Problem;
  /** Such as "hci0". */
  adapter?: string;
  /** Unix seconds since when the state holds. */
  since: number;
  /** Unix seconds at which the number on air changes. */
  changesAt?: number;
  /** Whether peers may connect. */
  connections: boolean;
  /** Numbers of others that are broadcast for them now. */
  bridged: number;
  /** Different numbers heard in the last minute. */
  heardRecently: number;
  /** Sightings and samples since the start that there was no room for. */
  refused: number;
  contacts: ContactSummary;
  /** Broadcast keys that could be handed out. */
  keys: number;
  /** Whether the keys file has a passphrase. */
  sealed: boolean;
}

/** Keeps the number that is due on air and writes down those of others, until it is stopped; nothing else ends it. */
export class Recorder {
  readonly contacts: ContactStore;
  readonly #clock: Clock;
  readonly #keyring: Keyring;
  readonly #sightings: Sightings;
  readonly #rounds: Rounds;
  readonly #attempts: Attempts<"contacts" | "purge">;
  readonly #notes: Notes;
  #state: { name: RecorderStatus["state"]; since: number } | undefined;
  #clocks: { now: number; monotonic: number };
  /** By the monotonic clock. */
  #purgeAt: number;
  #loop: Promise<void> = Promise.resolve();
  #nudge = new AbortController();
  #stopping: Promise<void> | undefined;

  private constructor({ radio, clock, keyring, contacts, listenFor, pauseFor, note }: RecorderParts) {
    this.contacts = contacts;
    this.#clock = clock;
    this.#keyring = keyring;
    this.#sightings = new Sightings(contacts, clock);
    this.#rounds = new Rounds({
      radio,
      clock,
      keyring,
      sightings: this.#sightings,
      listenFor: 1_000 * listenFor,
      pauseFor: 1_000 * pauseFor,
      wake: () => {
        this.#nudge.abort();
      },
    });
    this.#attempts = new Attempts(clock);
    this.#notes = new Notes(note, clock);
    this.#clocks = { now: clock.now(), monotonic: clock.monotonic() };
    this.#purgeAt = this.#clocks.monotonic + TRUSTED_AFTER;
  }

  /** Resolves when a number is on air, or when it is known why none is. */
  static async start(parts: RecorderParts): Promise<Recorder> {
    const recorder = new Recorder(parts);
    recorder.#keepHouse();
    await recorder.#rounds.go();
    recorder.#observe();
    recorder.#loop = recorder.#run();
    return recorder;
  }

  status(): RecorderStatus {
    const problem = this.#problem();
    const { facts, own, isConnectable, bridged } = this.#rounds;
    return {
      state: problem === undefined ? "recording" : "waiting",
      ...(problem === undefined ? {} : { problem }),
      ...(facts === undefined ? {} : { adapter: facts.name }),
      since: this.#state?.since ?? this.#seconds(),
      ...(own === undefined ? {} : { changesAt: own.to }),
      connections: isConnectable,
      bridged,
      heardRecently: this.#sightings.recent,
      refused: this.#sightings.refused,
      contacts: this.contacts.summary(),
      keys: this.#keyring.broadcasts().length,
      sealed: this.#keyring.isSealed,
    };
  }

  /** When the numbers that could be handed out were on air. */
  broadcasts(): BroadcastTimes[] {
    return this.#keyring.broadcasts();
  }

  /**
   * Hands out the keys of the windows. When it resolves, another rak's number is on air, where one can be.
   * @throws NOTHING_TO_HAND_OUT, KEYS_UNWRITABLE
   */
  async handOut(windows: readonly TimeSpan[]): Promise<BroadcastKey[]> {
    const keys = this.#keyring.handOut(windows, this.#seconds());
    await this.#patiently(this.#rounds.renew());
    return keys;
  }

  /** The keys of the windows that were handed out before. @throws NOTHING_TO_HAND_OUT */
  handedOut(windows: readonly TimeSpan[]): BroadcastKey[] {
    return this.#keyring.handedOut(windows);
  }

  /** Deletes all keys. How many; another rak's number is on air when it resolves, where one can be. @throws KEYS_UNWRITABLE */
  async eraseKeys(): Promise<number> {
    const erased = this.#keyring.erase();
    await this.#patiently(this.#rounds.renew());
    return erased;
  }

  /** Takes the number off the air, writes down what was heard, and closes the radio and the contacts. Never rejects. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#shutDown());
  }

  async #run(): Promise<void> {
    while (this.#stopping === undefined) {
      if (this.#nudge.signal.aborted) this.#nudge = new AbortController();
      this.#keepHouse();
      this.#observe();
      void this.#rounds.go().then(() => {
        this.#observe();
      });
      await this.#clock.sleep(this.#untilNextTick(), this.#nudge.signal);
    }
  }

  /** A slot's end is met as exactly as the clock can, since the radio ends a number a little before. */
  #untilNextTick(): number {
    const { own } = this.#rounds;
    return Math.max(1, Math.min(TICK, own === undefined ? TICK : slotLeft(own, this.#clock.now())));
  }

  /** All that waits for no radio. */
  #keepHouse(): void {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const jump = now - this.#clocks.now - (monotonic - this.#clocks.monotonic);
    this.#clocks = { now, monotonic };
    if (Math.abs(jump) > JUMP) {
      this.#rounds.startOver(jump < 0);
      this.#purgeAt = monotonic + TRUSTED_AFTER;
    }
    void this.#attempts.try("contacts", () => {
      this.#sightings.update();
    });
    if (monotonic >= this.#purgeAt)
      void this.#attempts.try("purge", () => {
        this.contacts.purge(this.#seconds());
        this.#keyring.purge(this.#seconds());
        this.#purgeAt = monotonic + PURGE_EVERY;
      });
  }

  async #shutDown(): Promise<void> {
    this.#nudge.abort();
    await this.#loop;
    this.#attempts.hurry();
    await this.#attempts.try("contacts", () => {
      this.#sightings.flush();
    });
    await this.#patiently(this.#rounds.close());
    this.contacts.close();
  }

  /** Waits for what the radio does, but not for ever: it ends each number by itself. */
  async #patiently(action: Promise<void>): Promise<void> {
    const done = new AbortController();
    await Promise.race([action, this.#clock.sleep(PATIENCE, done.signal)]);
    done.abort();
  }

  #problem(): Problem | undefined {
    return this.#rounds.problem ?? this.#attempts.problem("contacts", "purge");
  }

  #observe(): void {
    const problem = this.#problem();
    const name = problem === undefined ? "recording" : "waiting";
    if (this.#state?.name !== name) this.#state = { name, since: this.#seconds() };
    this.#notes.stands(problem?.code ?? name, problem === undefined ? name : `${name}: ${problem.message}`);
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1_000);
  }
}
