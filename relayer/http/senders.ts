import { createHmac, randomBytes } from "node:crypto";
import { isIP } from "node:net";

/** Of this process alone, and never written down: nobody can compute back to addresses later. */
const KEY = randomBytes(32);

/**
 * Who sent a request, as 32 bits of a keyed hash. An IPv6 sender is its /64: one line has that many addresses.
 * @param given address that the request is said to come from; behind proxies it is text from outside
 * @param peer address of the connection, taken where `given` is no address
 */
export function senderOf(given: string, peer: string | undefined): number {
  const network = networkOf(given) ?? networkOf(peer ?? "") ?? "";
  return createHmac("sha256", KEY).update(network).digest().readUInt32LE(0);
}

/**
 * The network that counts as one sender: an IPv4 address, or the first four groups of an IPv6 address. Proxies also
 * write addresses with a port. Undefined where the text is no address.
 */
export function networkOf(text: string): string | undefined {
  const address = text
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^([\d.]+):\d+$/, "$1")
    .replace(/%.*$/, "");
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped)
    return groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(":");
  const [high, low] = [groups[6] as number, groups[7] as number];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a, b, c, d] = bytes.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [before = "", after] = plain.split("::");
  const parse = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [head, tail] = [parse(before), parse(after ?? "")];
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
