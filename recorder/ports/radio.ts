import type { RecorderError } from "../errors.ts";

/** How the address from which an adapter advertises is chosen. */
export type AddressChoice =
  /** A new random one for each advertisement. */
  | "each"
  /** One random one for all, which changes at times of its own: several numbers would share it. */
  | "shared"
  /** The adapter's own, which never changes. */
  | "identity";

/** What an adapter can do, and how it stands. */
export interface AdapterFacts {
  /** Such as "hci0". */
  name: string;
  isPowered: boolean;
  /** Whether others may find the adapter: then even what nobody can connect to comes from its own address. */
  isDiscoverable: boolean;
  canAdvertise: boolean;
  /** Where an advertisement comes from that nobody can connect to, and one that peers can connect to. */
  addresses: { broadcast: AddressChoice; connectable: AddressChoice };
  /** Whether peers may connect and be connected to: only where that shows neither the adapter's own address nor its name. */
  canConnect: boolean;
}

/** One advertisement of service 0xC019 that was heard. */
export interface Heard {
  /** Stands for the address that it came from; nothing else may be read from it. */
  peer: string;
  /** As it came, unchecked; left out where the peer only names the service: its number is read over a connection. */
  serviceData?: Uint8Array;
  /** dBm. */
  rssi?: number;
  /** What the peer says that it sends with, dBm. */
  txPower?: number;
}

/** What the radio reports, and asks. None of the functions throws or waits. */
export interface RadioEvents {
  heard(advertisement: Heard): void;
  /** A peer wrote to the characteristic. False refuses the value. */
  written(value: Uint8Array, peer: string, rssi?: number): boolean;
  /**
   * A peer that connected to us reads the characteristic. Undefined refuses.
   * @param connectedAt monotonic ms at which it connected: to an address that belongs to the number of that moment
   */
  read(connectedAt: number): Uint8Array | undefined;
  /**
   * The adapter came, changed, or went (undefined). What was on air and listened for is over when it went or lost power, or
   * when another took its place.
   * @param reason why there is none, where it is not that nobody plugged one in: what drives it does not run
   */
  changed(facts: AdapterFacts | undefined, reason?: RecorderError): void;
  /** The radio ended the advertisement by itself. */
  withdrawn(): void;
  /** The radio listens no more: it stopped to put something on air, and could not begin again. */
  deafened(): void;
}

/** A Bluetooth adapter. Every method rejects with RecorderError, and with nothing else. */
export interface Radio {
  /** Begins to follow the adapter and to report events. @throws BLUETOOTH_UNAVAILABLE, BLUETOOTH_DENIED */
  open(events: RadioEvents): Promise<void>;
  /** Undefined while there is no adapter. */
  facts(): AdapterFacts | undefined;
  /**
   * Puts service data on air, alone, from an address that nothing else was sent from; what was there before is withdrawn
   * first. To change its address, the adapter stops to listen meanwhile.
   * @param serviceData 16 or 20 bytes
   * @param options seconds: counted from this call, by whichever clock is ahead. The radio withdraws it by itself then, or up to
   *   a second before, whatever becomes of this process
   * @returns false where less than a second was left when all was ready: nothing is on air then
   */
  advertise(serviceData: Uint8Array, options: { seconds: number; isConnectable: boolean }): Promise<boolean>;
  withdraw(): Promise<void>;
  listen(): Promise<void>;
  stopListening(): Promise<void>;
  /** Offers the characteristic to peers that connect, until `close`. */
  serve(): Promise<void>;
  /**
   * Connects to a peer, reads its number and disconnects. It gives none: connections that we make may come from one address
   * over two numbers in a row, and who can hear us needs no connection for ours.
   * @returns what the peer gave, unchecked
   * @throws PEER_UNREACHABLE
   */
  readNumber(peer: string): Promise<Uint8Array>;
  close(): Promise<void>;
}
