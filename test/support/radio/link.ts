import type { Address } from "./addresses.ts";
import type { Station } from "./station.ts";

/** Who is at the other end of a connection. */
export interface Caller {
  address: Address;
  /** dBm with which it is heard. */
  rssi: number;
  /** Monotonic ms; left out where it did not connect, but was connected to. */
  connectedAt?: number;
}

/** The one characteristic that a station offers. */
export interface GattServer {
  /** UUIDs of 128 bits in lower case. */
  service: string;
  characteristic: string;
  flags: readonly ("read" | "write")[];
  /** Undefined refuses. */
  read(caller: Caller): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** False refuses. */
  write(value: Uint8Array, caller: Caller): boolean | Promise<boolean>;
  connected?(caller: Caller): void;
  disconnected?(caller: Caller): void;
}

/** Milliseconds that it takes to connect, and for one question and its answer. */
const connecting = 200;
const exchanging = 60;
/** Milliseconds after which a connection is given up that nobody answered. */
const givenUpAfter = 4000;

/** A connection between two stations, seen from the one that began it. Breaks when they come out of range. */
export class Link {
  readonly #from: Station;
  readonly #to: Station;
  readonly #address: Address;
  readonly #peer: Address;
  readonly #server: GattServer;
  readonly #caller: Caller;
  #isOpen = true;
  /** Called once when it ends, whoever ended it. */
  onClose: () => void = () => undefined;

  /** @throws Error when nobody there answers */
  static async open(from: Station, peer: string, address: Address): Promise<Link> {
    const { clock, journal } = from.air;
    if (from.isJournalled)
      journal.connection("connect", from.name, { from: address, to: peer, at: clock.now() });
    await clock.sleep(connecting);
    const heard = from.air.transmissionFrom(peer);
    const server = heard?.advertised.isConnectable === true ? heard.station.gatt : undefined;
    const rssi = heard === undefined ? undefined : strength(from, heard.station);
    if (heard === undefined || server === undefined || rssi === undefined) {
      await clock.sleep(givenUpAfter - connecting);
      throw new Error("nobody answers");
    }
    const caller = { address, rssi, connectedAt: clock.monotonic() };
    return new Link(from, heard.station, address, heard.address, server, caller);
  }

  private constructor(
    from: Station,
    to: Station,
    address: Address,
    peer: Address,
    server: GattServer,
    caller: Caller,
  ) {
    this.#from = from;
    this.#to = to;
    this.#address = address;
    this.#peer = peer;
    this.#server = server;
    this.#caller = caller;
    from.links.add(this);
    to.links.add(this);
    server.connected?.(caller);
  }

  /** Who began it. */
  get caller(): Caller {
    return this.#caller;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the peer offers, as service discovery finds it. */
  get offered(): Pick<GattServer, "service" | "characteristic" | "flags"> {
    return this.#server;
  }

  /** @throws Error when the peer refuses or the connection broke */
  async read(): Promise<Uint8Array> {
    await this.#exchange("read");
    const value = await this.#server.read(this.#caller);
    if (value === undefined) throw new Error("read not permitted");
    return value;
  }

  /**
   * The peer reads what the one that began the connection offers itself, as it may over any connection.
   * @throws Error when that refuses, offers nothing or the connection broke
   */
  async readBack(): Promise<Uint8Array> {
    await this.#wait();
    const rssi = strength(this.#to, this.#from) ?? 0;
    const value = await this.#from.gatt?.read({ address: this.#peer, rssi });
    if (value === undefined) throw new Error("read not permitted");
    return value;
  }

  /** @throws Error when the peer refuses or the connection broke */
  async write(value: Uint8Array): Promise<void> {
    await this.#exchange("write", value);
    if (!(await this.#server.write(value, this.#caller))) throw new Error("write not permitted");
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#from.links.delete(this);
    this.#to.links.delete(this);
    this.#server.disconnected?.(this.#caller);
    this.onClose();
  }

  async #exchange(kind: "read" | "write", value?: Uint8Array): Promise<void> {
    const { clock, journal } = this.#from.air;
    await this.#wait();
    if (!this.#server.flags.includes(kind)) throw new Error(`${kind} not supported`);
    if (!this.#from.isJournalled) return;
    const content = value === undefined ? {} : { value };
    journal.connection(kind, this.#from.name, {
      from: this.#address,
      to: this.#peer.text,
      at: clock.now(),
      ...content,
    });
  }

  async #wait(): Promise<void> {
    await this.#from.air.clock.sleep(exchanging);
    if (this.#isOpen && strength(this.#from, this.#to) === undefined) this.close();
    if (!this.#isOpen) throw new Error("not connected");
  }
}

function strength(from: Station, to: Station): number | undefined {
  const now = from.air.clock.now();
  return from.air.propagation.strength(from.power, from.position(now), to.position(now));
}
