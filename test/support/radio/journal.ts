import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { Address } from "./addresses.ts";

/** What one advertisement says. UUIDs have 128 bits, in lower case. */
export interface Advertised {
  isConnectable: boolean;
  serviceUuids: readonly string[];
  serviceData: Readonly<Record<string, Uint8Array>>;
  /** dBm, where the sender names it. */
  txPower?: number;
  /** Any other content, by its name, such as { "local name": "badge" }. */
  others: Readonly<Record<string, string>>;
}

export type OnAirKind = "advertisement" | "scan request" | "connect" | "read" | "write";

/** What a listener with perfect ears and an endless memory would know, and who really sent it. */
export interface OnAir extends Omit<Partial<Advertised>, "serviceData"> {
  kind: OnAirKind;
  /** Of the sender: for connect, read and write, of the one who began. */
  address: string;
  addressKind: Address["kind"];
  /** Hex by UUID. */
  serviceData?: Readonly<Record<string, string>>;
  /** Hex of what was read or written. */
  value?: string;
  /** Address of the peer, for all but advertisements and scan requests. */
  to?: string;
  /** The name of the station that sent it: the truth, which nobody hears. */
  station: string;
  /** Unix ms of the air's clock. */
  first: number;
  last: number;
  count: number;
}

/**
 * Everything that was on air. What repeats is one entry with first, last and count, so that a day of fifty devices fits
 * into memory.
 */
export class Journal {
  readonly #entries = new Map<string, OnAir>();

  /** In the order in which each was on air first. */
  entries(kind?: OnAirKind): OnAir[] {
    const all = [...this.#entries.values()].filter((entry) => entry.count > 0);
    return kind === undefined ? all : all.filter((entry) => entry.kind === kind);
  }

  /** The entry of an advertisement, which the caller counts up at each repetition. */
  advertisement(station: string, from: Address, advertised: Advertised): OnAir {
    const { serviceData, ...rest } = advertised;
    const hex = Object.fromEntries(Object.entries(serviceData).map(([uuid, data]) => [uuid, toHex(data)]));
    return this.#entry({ kind: "advertisement", station, ...named(from), ...rest, serviceData: hex });
  }

  scanRequest(station: string, from: Address): OnAir {
    return this.#entry({ kind: "scan request", station, ...named(from) });
  }

  connection(
    kind: "connect" | "read" | "write",
    station: string,
    { from, to, value, at }: { from: Address; to: string; value?: Uint8Array; at: number },
  ): void {
    const content = value === undefined ? {} : { value: toHex(value) };
    count(this.#entry({ kind, station, ...named(from), to, ...content }), at);
  }

  #entry(content: Omit<OnAir, "first" | "last" | "count">): OnAir {
    const key = JSON.stringify(content);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { ...content, first: NaN, last: NaN, count: 0 };
      this.#entries.set(key, entry);
    }
    return entry;
  }
}

/** Counts one more of the same. */
export function count(entry: OnAir, at: number): void {
  if (entry.count === 0) entry.first = at;
  entry.last = at;
  entry.count++;
}

function named({ text, kind }: Address): { address: string; addressKind: Address["kind"] } {
  return { address: text, addressKind: kind };
}
