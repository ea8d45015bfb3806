import { concat, keccak256, solidityPackedKeccak256, AbiCoder } from "ethers";

/** A batch as the contract's structs have it. Hashes are 0x-prefixed hex. */
export interface Batch {
  firstIndex: bigint;
  count: bigint;
  root: string;
  cidDigest: string;
}

/** What a log's head commits to. */
export interface LogState {
  operator: string;
  size: bigint;
  total: bigint;
  peaks: string[];
}

/**
 * A log that keeps every batch and computes peaks and paths anew from all of them, splitting the range from the left
 * at the largest power of two: nothing like the contract's carry, so that the two can disagree.
 */
export class LogModel {
  operator: string;
  readonly batches: Batch[] = [];

  constructor(operator: string) {
    this.operator = operator;
  }

  get total(): bigint {
    return this.batches.reduce((sum, batch) => sum + batch.count, 0n);
  }

  /** Adds a batch at the end, which begins where the last one stops. */
  push(batch: Omit<Batch, "firstIndex">): Batch {
    const placed = { firstIndex: this.total, ...batch };
    this.batches.push(placed);
    return placed;
  }

  state(): LogState {
    const peaks = this.#mountains().map(([start, width]) => this.#root(start, width));
    return { operator: this.operator, size: BigInt(this.batches.length), total: this.total, peaks };
  }

  head(): string {
    return headOf(this.state());
  }

  /** The siblings from the leaf of batch `seq` up to its peak. */
  path(seq: number): string[] {
    const mountain = this.#mountains().find(([start, width]) => seq < start + width);
    if (mountain === undefined) throw new RangeError(`no batch ${seq}`);
    let [start, width] = mountain;
    const fromTheTop: string[] = [];
    while (width > 1) {
      width /= 2;
      const isLeft = seq < start + width;
      fromTheTop.push(this.#root(isLeft ? start + width : start, width));
      if (!isLeft) start += width;
    }
    return fromTheTop.reverse();
  }

  #mountains(): [start: number, width: number][] {
    const mountains: [number, number][] = [];
    for (let start = 0; start < this.batches.length;) {
      const width = 2 ** Math.floor(Math.log2(this.batches.length - start));
      mountains.push([start, width]);
      start += width;
    }
    return mountains;
  }

  #root(start: number, width: number): string {
    if (width === 1) return leafOf(this.batches[start]!);
    return keccak256(concat([this.#root(start, width / 2), this.#root(start + width / 2, width / 2)]));
  }
}

/** The head of a state. */
function headOf({ operator, size, total, peaks }: LogState): string {
  return solidityPackedKeccak256(
    ["address", "uint64", "uint64", "bytes32[]"],
    [operator, size, total, peaks],
  );
}

function leafOf({ firstIndex, count, root, cidDigest }: Batch): string {
  const types = ["uint256", "uint256", "bytes32", "bytes32"];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [firstIndex, count, root, cidDigest]));
}
