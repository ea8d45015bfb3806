import { Attempts, type Problem } from "../attempts.ts";
import type { Sightings } from "../contacts/sightings.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { Clock } from "../ports/clock.ts";
import type { AdapterFacts, Radio, RadioEvents } from "../ports/radio.ts";
import { Broadcaster } from "./broadcaster.ts";
import { Incoming } from "./incoming.ts";
import { Listening } from "./listening.ts";
import { canConnect, obstacleOf } from "./obstacle.ts";
import type { Stay } from "./stay.ts";

/** Milliseconds after which a round that is still under way is a problem: each call to the radio ends sooner. */
const LONGEST_ROUND = 120_000;

export interface RoundsParts {
  radio: Radio;
  clock: Clock;
  keyring: Keyring;
  sightings: Sightings;
  /** Milliseconds that the radio listens, and pauses after. */
  listenFor: number;
  pauseFor: number;
  /** Something changed: a round is due at once. */
  wake: () => void;
}

/** Brings the radio to where it is to be, round after round, whatever fails in one of them. */
export class Rounds {
  readonly #radio: Radio;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #broadcaster: Broadcaster;
  readonly #listening: Listening;
  readonly #incoming: Incoming;
  readonly #attempts: Attempts<"open" | "serve" | "air" | "listen">;
  #isOpen = false;
  #isServing = false;
  #isClosed = false;
  /** The name of the adapter that the radio told of last. */
  #adapter: string | undefined;
  #obstacle: Problem | undefined;
  /** Why there is no adapter, where the radio says more than that. */
  #missing: Problem | undefined;
  /** The round that is under way. */
  #round: { done: Promise<void>; since: number } | undefined;

  constructor({ radio, clock, keyring, sightings, listenFor, pauseFor, wake }: RoundsParts) {
    this.#radio = radio;
    this.#clock = clock;
    this.#wake = wake;
    this.#broadcaster = new Broadcaster(radio, clock, keyring);
    this.#listening = new Listening(radio, listenFor, pauseFor);
    this.#incoming = new Incoming({ radio, clock, keyring, sightings, bridged: this.#broadcaster.bridged });
    this.#attempts = new Attempts(clock);
  }

  get facts(): AdapterFacts | undefined {
    return this.#isOpen ? this.#radio.facts() : undefined;
  }

  /** Whether peers may connect. */
  get isConnectable(): boolean {
    return this.#isServing && canConnect(this.facts);
  }

  /** The own number, while it is on air. */
  get own(): Stay | undefined {
    return this.#broadcaster.own;
  }

  /** How many numbers of others are bridged. */
  get bridged(): number {
    return this.#broadcaster.bridged.count(this.#clock.monotonic());
  }

  /** What keeps it from sending or listening. */
  get problem(): Problem | undefined {
    return (
      this.#attempts.problem("open") ??
      this.#stuck() ??
      this.#obstacle ??
      this.#attempts.problem("air", "listen")
    );
  }

  /** One round, or the one that is under way. Never rejects. */
  go(): Promise<void> {
    this.#round ??= {
      since: this.#clock.monotonic(),
      done: this.#go().finally(() => {
        this.#round = undefined;
      }),
    };
    return this.#round.done;
  }

  /** A whole round that begins now, and tries again whatever failed before. */
  async renew(): Promise<void> {
    await this.#round?.done;
    this.#attempts.hurry();
    await this.go();
  }

  /** Nobody knows how much time passed. @param wentBack whether the clock did */
  startOver(wentBack: boolean): void {
    this.#broadcaster.startOver(wentBack);
    this.#incoming.forgetPeers();
  }

  /** Takes everything off the air and lets the radio go. Rounds do nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#round?.done;
    this.#attempts.hurry();
    await this.#attempts.try("air", () => this.#broadcaster.silence());
    await this.#attempts.try("open", () => this.#radio.close());
  }

  async #go(): Promise<void> {
    if (this.#isClosed) return;
    const attempts = this.#attempts;
    this.#isOpen ||= await attempts.try("open", () => this.#radio.open(this.#events()));
    if (!this.#isOpen) return;
    const facts = this.#radio.facts();
    const isPowered = facts?.isPowered === true;
    if (isPowered && canConnect(facts)) {
      this.#isServing ||= await attempts.try("serve", () => this.#radio.serve());
    }
    const { isConnectable } = this;
    this.#obstacle = obstacleOf(facts, isConnectable, this.#missing);
    const isFree = this.#obstacle === undefined;
    await attempts.try("air", () => {
      if (isFree) return this.#broadcaster.update(isConnectable);
      // The kernel puts what is on air under the adapter's own address before anybody hears that it may be discovered.
      const isExposed = this.#obstacle?.code === "ADAPTER_ADDRESS_EXPOSED";
      return isExposed ? this.#broadcaster.silenceForGood() : this.#broadcaster.silence();
    });
    // Who may not be heard may still hear: it is warned, though it warns nobody.
    if (isPowered) await attempts.try("listen", () => this.#listening.update(this.#clock.monotonic()));
    if (isFree && isConnectable) this.#incoming.readNext();
  }

  #events(): RadioEvents {
    return {
      heard: (advertisement) => {
        this.#incoming.heard(advertisement);
      },
      // BlueZ goes on to offer the service where connections have become impossible meanwhile.
      written: (value, _peer, rssi) => this.isConnectable && this.#incoming.written(value, rssi),
      read: (connectedAt) => (this.isConnectable ? this.#broadcaster.ownFor(connectedAt) : undefined),
      changed: (facts, reason) => {
        this.#missing = reason;
        this.#changed(facts);
      },
      withdrawn: () => {
        this.#broadcaster.lost();
        this.#wake();
      },
      deafened: () => {
        this.#listening.lost();
        this.#wake();
      },
    };
  }

  #changed(facts: AdapterFacts | undefined): void {
    const isReplaced = this.#adapter !== undefined && this.#adapter !== facts?.name;
    this.#adapter = facts?.name;
    if (isReplaced || facts?.isPowered !== true) {
      this.#broadcaster.lost();
      this.#listening.lost();
      this.#incoming.forgetPeers();
    }
    if (isReplaced || facts === undefined) this.#isServing = false;
    this.#attempts.hurry();
    this.#wake();
  }

  #stuck(): Problem | undefined {
    if (this.#round === undefined || this.#round.since + LONGEST_ROUND > this.#clock.monotonic())
      return undefined;
    return { code: "BLUETOOTH_UNAVAILABLE", message: "the radio does not answer: restart bluetooth" };
  }
}
