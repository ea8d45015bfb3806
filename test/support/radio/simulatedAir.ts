import { setMaxListeners } from "node:events";
import type { Clock } from "../../../recorder/ports/clock.ts";
import { freshAddress, type Address, type AddressKind } from "./addresses.ts";
import { count, Journal, type Advertised, type OnAir } from "./journal.ts";
import { Propagation, type Position, type PropagationOptions } from "./propagation.ts";
import { SeededRandom } from "./seededRandom.ts";
import { Station } from "./station.ts";
import { TimeQueue } from "./timeQueue.ts";

/** One advertisement as a listener hears it. */
export interface Reception {
  from: Address;
  advertised: Advertised;
  /** dBm. */
  rssi: number;
}

/** Something that a station repeats until it stops. */
export interface Transmission {
  readonly station: Station;
  readonly address: Address;
  readonly advertised: Advertised;
  stop(): void;
}

interface Repeated extends Transmission {
  isOver: boolean;
  interval: number;
  journalled: OnAir | undefined;
}

interface Listener {
  station: Station;
  receive: (reception: Reception) => void;
  scanRequests: OnAir | undefined;
}

export interface AirOptions extends PropagationOptions {
  clock: Clock;
  seed?: number;
  /** Milliseconds between two advertisements of one transmission. Default 1,000. */
  interval?: number;
}

/** The longest random delay that a controller adds to its interval, ms. */
const longestDelay = 10;

/** The air between simulated stations. The same seed and the same calls make the same air. */
export class SimulatedAir {
  readonly clock: Clock;
  readonly journal = new Journal();
  readonly propagation: Propagation;
  readonly #random: SeededRandom;
  readonly #interval: number;
  readonly #transmissions = new Set<Repeated>();
  readonly #due = new TimeQueue<Repeated>();
  readonly #listeners = new Map<Station, Listener>();
  readonly #closing = new AbortController();
  /** Aborts when the air closes. */
  readonly closing = this.#closing.signal;
  #wakesAt = Infinity;

  constructor({ clock, seed = 1, interval = 1000, ...propagation }: AirOptions) {
    this.clock = clock;
    this.#interval = interval;
    this.#random = new SeededRandom(seed);
    this.propagation = new Propagation(this.#random, propagation);
    // Everybody who waits on this air listens to it.
    setMaxListeners(0, this.closing);
  }

  /**
   * A device with an antenna.
   * @param options power: dBm, default 12; isJournalled: false leaves out what it sends from the journal
   */
  join(
    name: string,
    place: Position | ((unixMilliseconds: number) => Position),
    options: { power?: number; isJournalled?: boolean } = {},
  ): Station {
    return new Station(this, name, place, options);
  }

  address(kind: AddressKind): Address {
    return freshAddress(kind, this.#random);
  }

  /** Ends everything; whoever waits for something on this air waits no longer. */
  close(): void {
    for (const transmission of this.#transmissions) transmission.stop();
    this.#listeners.clear();
    this.#closing.abort();
  }

  /** What can be heard from that address now: what peers can connect to before what they cannot. */
  transmissionFrom(address: string): Transmission | undefined {
    let found: Transmission | undefined;
    for (const transmission of this.#transmissions) {
      if (transmission.address.text !== address) continue;
      if (transmission.advertised.isConnectable) return transmission;
      found ??= transmission;
    }
    return found;
  }

  /** Everything that is on air now. */
  transmissions(): Transmission[] {
    return [...this.#transmissions];
  }

  /** For Station. */
  transmit(
    station: Station,
    address: Address,
    advertised: Advertised,
    interval = this.#interval,
  ): Transmission {
    const transmission: Repeated = {
      station,
      address,
      advertised,
      interval,
      isOver: false,
      journalled: station.isJournalled
        ? this.journal.advertisement(station.name, address, advertised)
        : undefined,
      stop: () => {
        transmission.isOver = true;
        this.#transmissions.delete(transmission);
      },
    };
    this.#transmissions.add(transmission);
    this.#schedule(this.clock.monotonic() + this.#random.uniform() * longestDelay, transmission);
    return transmission;
  }

  /** For Station: stops all that it transmits. */
  silence(station: Station): void {
    for (const transmission of this.#transmissions) if (transmission.station === station) transmission.stop();
  }

  /** For Station. */
  listen(station: Station, from: Address, receive: (reception: Reception) => void): void {
    const scanRequests = station.isJournalled ? this.journal.scanRequest(station.name, from) : undefined;
    this.#listeners.set(station, { station, receive, scanRequests });
  }

  /** For Station. */
  stopListening(station: Station): void {
    this.#listeners.delete(station);
  }

  #schedule(at: number, transmission: Repeated): void {
    this.#due.add(at, transmission);
    this.#wake();
  }

  #wake(): void {
    const at = this.#due.nextAt;
    if (at >= this.#wakesAt || this.closing.aborted) return;
    this.#wakesAt = at;
    void this.clock.sleep(Math.max(0, at - this.clock.monotonic()), this.closing).then(async () => {
      // Where the machine stopped meanwhile, all that was due to end by now ends before anything is sent once more. Virtual
      // time misses the moment by no more than a rounding, and does not wait for this.
      if (this.clock.monotonic() - at > 1) await new Promise((resolve) => setImmediate(resolve));
      // Something earlier came up since: that wakes instead.
      if (this.closing.aborted || at !== this.#wakesAt) return;
      this.#wakesAt = Infinity;
      this.#turn();
      this.#wake();
    });
  }

  /** Sends all that is due. What a slow machine missed is left out: an antenna does not catch up either. */
  #turn(): void {
    const now = this.clock.monotonic();
    while (this.#due.nextAt <= now) {
      const due = this.#due.nextAt;
      const transmission = this.#due.take()!;
      if (transmission.isOver) continue;
      this.#send(transmission);
      const next = due + transmission.interval + this.#random.uniform() * longestDelay;
      this.#due.add(next > now ? next : now + transmission.interval, transmission);
    }
  }

  #send(transmission: Repeated): void {
    const now = this.clock.now();
    const { station, address: from, advertised, journalled } = transmission;
    if (journalled !== undefined) count(journalled, now);
    const origin = station.position(now);
    for (const { station: listener, receive, scanRequests } of this.#listeners.values()) {
      if (listener === station) continue;
      const rssi = this.propagation.received(station.power, origin, listener.position(now));
      if (rssi === undefined) continue;
      // An active scanner asks everybody for more whose advertisement can be answered.
      if (advertised.isConnectable && scanRequests !== undefined) count(scanRequests, now);
      receive({ from, advertised, rssi });
    }
  }
}
