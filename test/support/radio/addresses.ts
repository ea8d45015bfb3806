import type { SeededRandom } from "./seededRandom.ts";

/** What a Bluetooth device address is made of, and how long it lasts. */
export type AddressKind =
  /** Given by the maker: never changes. */
  | "public"
  /** Random, but kept as long as the device is on. */
  | "static"
  /** Random, which only those who hold the device's key can recognise. */
  | "resolvable"
  /** Random and nothing else. */
  | "nonresolvable";

export interface Address {
  kind: AddressKind;
  /** Such as "5C:F3:70:00:00:01". */
  text: string;
}

/** The two highest bits of a random address tell its kind. */
const highestBits = { static: 0b11, resolvable: 0b01, nonresolvable: 0b00 } as const;

/** An address that was not there before, but for a chance of 2^-46. */
export function freshAddress(kind: AddressKind, random: SeededRandom): Address {
  const bytes = random.bytes(6);
  // Of a maker's block whose addresses are marked as globally unique.
  if (kind === "public") bytes.set([0x5c, 0xf3, 0x70]);
  else bytes[0] = (bytes[0]! & 0x3f) | (highestBits[kind] << 6);
  return {
    kind,
    text: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":"),
  };
}
