import { concat, sha256 } from "ethers";

/** The root of RFC 6962's tree over leaf hashes, by its recursive definition. */
export function rootOf(leaves: string[]): string {
  if (leaves.length === 1) return leaves[0]!;
  const [left, right] = halves(leaves);
  return sha256(concat(["0x01", rootOf(left), rootOf(right)]));
}

/** The inclusion path of leaf number `index`, its sibling first. */
export function inclusionPath(leaves: string[], index: number): string[] {
  if (leaves.length === 1) return [];
  const [left, right] = halves(leaves);
  return index < left.length
    ? [...inclusionPath(left, index), rootOf(right)]
    : [...inclusionPath(right, index - left.length), rootOf(left)];
}

function halves(leaves: string[]): [left: string[], right: string[]] {
  const width = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return [leaves.slice(0, width), leaves.slice(width)];
}
