import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { Advertised } from "./journal.ts";
import type { Position } from "./propagation.ts";
import type { Reception, SimulatedAir, Transmission } from "./simulatedAir.ts";
import type { Station } from "./station.ts";
import { tocsinCharacteristic, tocsinService } from "./tocsinService.ts";

type Place = Position | ((unixMilliseconds: number) => Position);

/** Lengths of service data that no number has, in bytes; more than the last do not fit into an advertisement. */
export const wrongLengths = [0, 1, 15, 17, 19, 21, 27];

function advertised(serviceData: Uint8Array | undefined, isConnectable: boolean): Advertised {
  return {
    isConnectable,
    serviceUuids: [tocsinService],
    serviceData: serviceData === undefined ? {} : { [tocsinService]: serviceData },
    others: {},
  };
}

/** Begins to advertise whatever bytes as service data, from an address of their own. */
export function advertiseBytes(station: Station, serviceData: Uint8Array): Transmission {
  return station.advertise(advertised(serviceData, false), station.air.address("nonresolvable"));
}

/** A phone that can be read and written to: it keeps what it was given. */
abstract class Readable {
  readonly station: Station;
  /** Hex of what peers wrote to it, in order. */
  readonly written: string[] = [];
  /** How often it was read. */
  timesRead = 0;
  #transmission: Transmission | undefined;

  constructor(station: Station) {
    this.station = station;
    station.gatt = {
      service: tocsinService,
      characteristic: tocsinCharacteristic,
      flags: ["read", "write"],
      read: () => {
        this.timesRead++;
        return this.value();
      },
      write: (value) => this.written.push(toHex(value)) > 0,
    };
  }

  /** What peers read. */
  abstract value(): Uint8Array;

  /** Advertises from a new address from now on, and not any more from the last one. */
  protected advertise(serviceData?: Uint8Array): void {
    this.#transmission?.stop();
    const address = this.station.air.address("resolvable");
    this.#transmission = this.station.advertise(advertised(serviceData, true), address);
  }
}

/** A phone whose system lets it name the service, but not put a number beside it: peers have to connect to read one. */
export class ReadOnlyPeer extends Readable {
  /** What it answers with, of any length. */
  number: Uint8Array;

  constructor(air: SimulatedAir, name: string, place: Place, number: Uint8Array) {
    super(air.join(name, place));
    this.number = number;
    this.advertise();
  }

  override value(): Uint8Array {
    return this.number;
  }

  /** Changes its number, and its address with it. */
  show(number: Uint8Array): void {
    this.number = number;
    this.advertise();
  }
}

/** A phone that advertises a number, its own or one that it passes on, and the first four bytes of its own after it. */
export class AndroidPeer extends Readable {
  #own: Uint8Array;

  constructor(air: SimulatedAir, name: string, place: Place, own: Uint8Array) {
    super(air.join(name, place));
    this.#own = own;
    this.show(own);
  }

  override value(): Uint8Array {
    return this.#own;
  }

  /** @param own its own number; @param passedOn what it advertises instead of it */
  show(own: Uint8Array, passedOn = own): void {
    this.#own = own;
    this.advertise(Uint8Array.of(...passedOn, ...own.subarray(0, 4)));
  }
}

/**
 * A phone whose system lets it do nothing but listen: it connects to whom it hears and writes its number, once for each
 * four-byte tail, which is the same as long as the other one's own number is.
 */
export class WriteOnlyPeer {
  readonly station: Station;
  /** What it writes, of any length. */
  number: Uint8Array;
  /** Tails, in hex, of those who took its number, and of those who did not. */
  readonly taken: string[] = [];
  readonly refused: string[] = [];
  readonly #met = new Set<string>();
  #isWriting = false;

  constructor(air: SimulatedAir, name: string, place: Place, number: Uint8Array) {
    this.station = air.join(name, place);
    this.number = number;
    this.station.listen(air.address("resolvable"), (reception) => this.#heard(reception));
  }

  #heard({ from, advertised: { isConnectable, serviceData } }: Reception): void {
    const data = serviceData[tocsinService];
    if (!isConnectable || data?.length !== 20 || this.#isWriting) return;
    const tail = toHex(data.subarray(16));
    if (this.#met.has(tail)) return;
    this.#met.add(tail);
    void this.#write(from.text, tail);
  }

  async #write(peer: string, tail: string): Promise<void> {
    this.#isWriting = true;
    try {
      const link = await this.station.connect(peer, this.station.air.address("resolvable"));
      try {
        await link.write(this.number);
        this.taken.push(tail);
      } finally {
        link.close();
      }
    } catch {
      this.refused.push(tail);
    }
    this.#isWriting = false;
  }
}
