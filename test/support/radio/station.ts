import type { Address } from "./addresses.ts";
import type { Advertised } from "./journal.ts";
import { Link, type GattServer } from "./link.ts";
import type { Position } from "./propagation.ts";
import type { Reception, SimulatedAir, Transmission } from "./simulatedAir.ts";

/** A device with one antenna, at a place that may change. It has no rules of its own about addresses. */
export class Station {
  readonly air: SimulatedAir;
  readonly name: string;
  readonly isJournalled: boolean;
  /** dBm. */
  power: number;
  /** Where it is, or goes. */
  place: Position | ((unixMilliseconds: number) => Position);
  /** What peers find that connect; undefined lets nobody in. */
  gatt: GattServer | undefined;
  /** Kept by Link: the connections that are open, whoever began them. */
  readonly links = new Set<Link>();

  /** Made by SimulatedAir.join. */
  constructor(
    air: SimulatedAir,
    name: string,
    place: Station["place"],
    { power = 12, isJournalled = true }: { power?: number; isJournalled?: boolean },
  ) {
    this.air = air;
    this.name = name;
    this.place = place;
    this.power = power;
    this.isJournalled = isJournalled;
  }

  position(unixMilliseconds: number): Position {
    return typeof this.place === "function" ? this.place(unixMilliseconds) : this.place;
  }

  /** @param interval milliseconds between two advertisements; the air's if left out */
  advertise(advertised: Advertised, address: Address, interval?: number): Transmission {
    return this.air.transmit(this, address, advertised, interval);
  }

  /** Scans actively, until `stopListening`; replaces what listened before. */
  listen(from: Address, receive: (reception: Reception) => void): void {
    this.air.listen(this, from, receive);
  }

  stopListening(): void {
    this.air.stopListening(this);
  }

  /**
   * @param to the address of an advertisement that peers can connect to
   * @param from the address that the peer sees
   * @throws Error when nobody answers
   */
  connect(to: string, from: Address): Promise<Link> {
    return Link.open(this, to, from);
  }

  /** Falls silent at once: nothing on air, no ears, no connections. It may begin again. */
  silence(): void {
    this.air.silence(this);
    this.stopListening();
    this.hangUp();
  }

  /** Ends the connections that it began, and those that others began with it. */
  hangUp(): void {
    for (const link of this.links) link.close();
  }
}
