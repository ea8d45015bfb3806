import type { Kernel } from "../kernel/kernel.ts";
import { LANES, MAX_STEPS } from "../kernel/lanes.ts";

/** A ratchet to expand: the report's rvk ‖ tck_{j1−1} from `at` on, its first index, and how many TCNs it covers. */
export interface Ratchet {
  bytes: Uint8Array;
  at: number;
  j1: number;
  span: number;
}

/**
 * Expands ratchets through a kernel, in groups of as equal spans as there are, so that no lane idles for long. No TCN is
 * kept: each is shown once.
 * @param see called with each TCN, four words of `words` from `at` on that hold until it returns, and its ratchet's place
 *   in `ratchets`
 */
export function expandAll(
  kernel: Kernel,
  ratchets: readonly Ratchet[],
  see: (words: Uint32Array, at: number, ratchet: number) => void,
): void {
  const order = ratchets.map((_, place) => place);
  order.sort((a, b) => (ratchets[b] as Ratchet).span - (ratchets[a] as Ratchet).span);
  for (let first = 0; first < order.length; first += LANES) {
    const group = order.slice(first, first + LANES);
    group.forEach((place, lane) => {
      const { bytes, at, j1 } = ratchets[place] as Ratchet;
      kernel.load(lane, bytes.subarray(at, at + 32), bytes.subarray(at + 32, at + 64), j1);
    });
    const spans = group.map((place) => (ratchets[place] as Ratchet).span);
    const longest = spans[0] as number;
    for (let done = 0; done < longest; done += MAX_STEPS) {
      const steps = Math.min(MAX_STEPS, longest - done);
      const words = kernel.expand(steps);
      for (let lane = 0; lane < group.length; lane++) {
        const place = group[lane] as number;
        const own = Math.min(steps, (spans[lane] as number) - done);
        for (let step = 0; step < own; step++) see(words, (step * LANES + lane) * 4, place);
      }
    }
  }
}
