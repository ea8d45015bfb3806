import type { Kernel } from "./kernel.ts";
import { LANES } from "./lanes.ts";
import { BLOCK, blocksOf, writePadded } from "./padding.ts";

/** What protocol/kernel/assembly/kernel.ts exports: addresses in its memory, and functions on what stands there. */
interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  INPUT: WebAssembly.Global<"i32">;
  OUTPUT: WebAssembly.Global<"i32">;
  RVK: WebAssembly.Global<"i32">;
  TCK: WebAssembly.Global<"i32">;
  INDEX: WebAssembly.Global<"i32">;
  expand(steps: number): void;
  begin(): void;
  update(blocks: number): void;
  digest(): void;
  parents(pairs: number): void;
}

const HASH = 32;
/** Bytes of input that each lane has room for, and what four lanes hold together. */
const LANE_INPUT = 4_096;
const BLOCKS_AT_ONCE = LANE_INPUT / BLOCK;
const PAIRS_AT_ONCE = (LANES * LANE_INPUT) / (2 * HASH);

/** Four lanes side by side in WebAssembly, in 64 KiB of memory whatever the input. Arguments have been checked. */
export function simdKernel(module: WebAssembly.Module): Kernel {
  const wasm = new WebAssembly.Instance(module).exports as Exports;
  const [input, output, rvkAt, tckAt, indexAt] = [
    wasm.INPUT,
    wasm.OUTPUT,
    wasm.RVK,
    wasm.TCK,
    wasm.INDEX,
  ].map(({ value }) => value) as [number, number, number, number, number];
  const bytes = new Uint8Array(wasm.memory.buffer);
  const words = new Uint32Array(wasm.memory.buffer);
  const tcns = words.subarray(output / 4);

  /** Puts a key into a lane: word i of four lanes is a vector. */
  const putKey = (address: number, lane: number, key: Uint8Array): void => {
    for (let i = 0; i < HASH; i += 4) {
      words[address / 4 + i + lane] =
        (key[i]! << 24) | (key[i + 1]! << 16) | (key[i + 2]! << 8) | key[i + 3]!;
    }
  };

  /** Hashes up to four messages of the same number of blocks. What the lanes without one hold is of no interest. */
  const hashGroup = (
    prefix: number,
    messages: readonly Uint8Array[],
    group: readonly number[],
    blocks: number,
    hashes: Uint8Array,
  ): void => {
    wasm.begin();
    for (let first = 0; first < blocks; first += BLOCKS_AT_ONCE) {
      const count = Math.min(BLOCKS_AT_ONCE, blocks - first);
      for (let lane = 0; lane < group.length; lane++)
        writePadded(bytes, input + lane * LANE_INPUT, prefix, messages[group[lane]!]!, first, count);
      wasm.update(count);
    }
    wasm.digest();
    for (let lane = 0; lane < group.length; lane++) {
      const at = output + lane * HASH;
      hashes.set(bytes.subarray(at, at + HASH), group[lane]! * HASH);
    }
  };

  return {
    name: "simd",
    load(lane, rvk, tckBeforeJ1, j1) {
      putKey(rvkAt, lane, rvk);
      putKey(tckAt, lane, tckBeforeJ1);
      words[indexAt / 4 + lane] = j1;
    },
    expand(steps) {
      wasm.expand(steps);
      return tcns.subarray(0, steps * LANES * 4);
    },
    hashAll(prefix, messages) {
      const hashes = new Uint8Array(messages.length * HASH);
      const groups = new Map<number, number[]>();
      for (let place = 0; place < messages.length; place++) {
        const blocks = blocksOf(messages[place]!.length);
        let group = groups.get(blocks);
        if (!group) groups.set(blocks, (group = []));
        group.push(place);
        if (group.length < LANES) continue;
        hashGroup(prefix, messages, group, blocks, hashes);
        group.length = 0;
      }
      for (const [blocks, rest] of groups)
        if (rest.length > 0) hashGroup(prefix, messages, rest, blocks, hashes);
      return hashes;
    },
    parents(nodes) {
      const pairs = Math.floor(nodes.length / (2 * HASH));
      const above = new Uint8Array(Math.ceil(nodes.length / (2 * HASH)) * HASH);
      for (let done = 0; done < pairs; done += PAIRS_AT_ONCE) {
        const count = Math.min(PAIRS_AT_ONCE, pairs - done);
        bytes.set(nodes.subarray(done * 2 * HASH, (done + count) * 2 * HASH), input);
        wasm.parents(count);
        above.set(bytes.subarray(output, output + count * HASH), done * HASH);
      }
      above.set(nodes.subarray(pairs * 2 * HASH), pairs * HASH);
      return above;
    },
  };
}
