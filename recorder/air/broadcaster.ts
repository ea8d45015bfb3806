import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { RecorderError } from "../errors.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { Clock } from "../ports/clock.ts";
import type { Radio } from "../ports/radio.ts";
import { BridgedNumbers } from "./bridged.ts";
import { AirPlan } from "./plan.ts";
import { stayLeft, stayOf, type Moment, type Stay } from "./stay.ts";

/** Bytes of the own number that stand behind the number on air where peers can connect: they tell one sender's numbers. */
const SENDER_LENGTH = 4;
interface Sent {
  serviceData: Uint8Array;
  isConnectable: boolean;
}

/** Keeps on air what is due. Its async methods must not overlap. */
export class Broadcaster {
  readonly bridged = new BridgedNumbers();
  readonly #radio: Radio;
  readonly #clock: Clock;
  readonly #keyring: Keyring;
  readonly #plan = new AirPlan();
  /** Of the number that was due last. */
  #stay: Stay | undefined;
  /** The own number, from when it was on air first until it is known to be off. */
  #own: Stay | undefined;
  /** Monotonic ms since which whoever connects does so to the own number; undefined while it is not on air. */
  #ownSince: number | undefined;
  /** What is on air as far as the radio tells; undefined makes `update` put it there anew. */
  #sent: Sent | undefined;
  #mayBeOnAir = false;
  #isRunOver = false;
  /** Counts up when what is on air, or on its way there, is no longer what the radio has. */
  #epoch = 0;

  constructor(radio: Radio, clock: Clock, keyring: Keyring) {
    this.#radio = radio;
    this.#clock = clock;
    this.#keyring = keyring;
  }

  /** The own number while it may be given to others. */
  get own(): Stay | undefined {
    return this.#own !== undefined && stayLeft(this.#own, this.#moment()) > 0 ? this.#own : undefined;
  }

  /**
   * The own number for a peer that connected then. Who connected to the number before does not get it: both would be known
   * to come from one sender.
   */
  ownFor(connectedAt: number): Uint8Array | undefined {
    return this.#ownSince !== undefined && connectedAt > this.#ownSince ? this.own?.tcn : undefined;
  }

  /** Puts on air what is due, where that is not there yet. @throws KEYS_UNWRITABLE and whatever the radio throws */
  async update(isConnectable: boolean): Promise<void> {
    let own: Stay;
    try {
      own = this.#due();
    } catch (error) {
      await this.silence();
      throw error;
    }
    const moment = this.#moment();
    const turn = this.#plan.turn(own.tcn, this.bridged, moment.monotonic);
    const left = Math.min(stayLeft(own, moment), (turn?.until ?? Infinity) - moment.monotonic);
    const serviceData = dataOf(turn?.tcn ?? own.tcn, isConnectable ? own.tcn : undefined);
    if (this.#sent?.isConnectable === isConnectable && equalBytes(this.#sent.serviceData, serviceData))
      return;
    // The radio puts nothing on air for less than a second.
    if (left < 1_000) await this.silence();
    else await this.#send({ serviceData, isConnectable }, own, left / 1_000);
  }

  /** Takes off the air whatever may be there. */
  async silence(): Promise<void> {
    this.#own = undefined;
    this.#ownSince = undefined;
    this.#sent = undefined;
    if (!this.#mayBeOnAir) return;
    await this.#radio.withdraw();
    this.#mayBeOnAir = false;
  }

  /** As `silence`, where the number on air showed whose it is for a moment: none of its rak comes again. */
  async silenceForGood(): Promise<void> {
    this.#isRunOver ||= this.#own !== undefined;
    await this.silence();
    this.#endRun();
  }

  /** The radio ended by itself what was on air. */
  lost(): void {
    this.#epoch++;
    // A radio that is back tells of who stayed connected as if they had come then.
    this.#ownSince = undefined;
    this.#sent = undefined;
    this.#mayBeOnAir = false;
  }

  /**
   * Nobody knows how much time passed: bridged numbers end, and what is on air is sent anew for what is left to it. Where
   * the clock went back, another rak begins: the slot would come a second time.
   */
  startOver(wentBack: boolean): void {
    this.bridged.end(this.#clock.monotonic());
    this.#isRunOver ||= wentBack;
    this.#epoch++;
    this.#sent = undefined;
  }

  #due(): Stay {
    const moment = this.#moment();
    this.#endRun();
    return (this.#stay = stayOf(this.#keyring.onAir(moment.now / 1_000), this.#stay, moment));
  }

  #endRun(): void {
    if (this.#isRunOver) this.#keyring.retire(this.#clock.now() / 1_000);
    this.#isRunOver = false;
  }

  #moment(): Moment {
    return { now: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }

  async #send(sent: Sent, own: Stay, seconds: number): Promise<void> {
    const { serviceData, isConnectable } = sent;
    const before = this.#own;
    if (this.#own !== undefined && !equalBytes(this.#own.tcn, own.tcn)) {
      this.#own = undefined;
      this.#ownSince = undefined;
    }
    this.#sent = undefined;
    this.#mayBeOnAir = true;
    const epoch = this.#epoch;
    let isOnAir: boolean;
    try {
      isOnAir = await this.#radio.advertise(serviceData, { seconds, isConnectable });
    } catch (error) {
      // What was there until now may have come from that address already: see `silenceForGood`.
      this.#isRunOver ||=
        before !== undefined && error instanceof RecorderError && error.code === "ADAPTER_ADDRESS_EXPOSED";
      // Why that failed tells more than why nothing can be withdrawn then.
      await this.silence().catch(() => undefined);
      throw error;
    }
    this.#own = isOnAir ? own : undefined;
    // Also where the radio lost an earlier one meanwhile.
    this.#mayBeOnAir = isOnAir;
    if (!isOnAir) this.#ownSince = undefined;
    if (!isOnAir || epoch !== this.#epoch) return;
    this.#sent = sent;
    this.#ownSince ??= this.#clock.monotonic();
  }
}

function dataOf(tcn: Uint8Array, sender: Uint8Array | undefined): Uint8Array {
  if (sender === undefined) return tcn;
  const data = new Uint8Array(tcn.length + SENDER_LENGTH);
  data.set(tcn);
  data.set(sender.subarray(0, SENDER_LENGTH), tcn.length);
  return data;
}
