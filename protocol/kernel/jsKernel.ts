import type { Kernel } from "./kernel.ts";
import { LANES, MAX_STEPS } from "./lanes.ts";
import { BLOCK, blocksOf, writePadded } from "./padding.ts";
import { compress, INITIAL } from "./sha256.ts";

const HASH = 32;
/** Blocks of a message that are padded at once. */
const BLOCKS_AT_ONCE = 64;

/** "H_TC" and the "N" or "K" that follows, as SHA-256 reads them. */
const H_TC = 0x485f5443;
const N = 0x4e000000;
const K = 0x4b000000;
/** The bit after a message, in the byte that follows a word's last. */
const END = 0x80000000;

interface Lane {
  rvk: Int32Array;
  tck: Int32Array;
  index: number;
}

/** The same in plain JavaScript, one lane after the other, for engines without SIMD. Arguments have been checked. */
export function jsKernel(): Kernel {
  const lanes = Array.from({ length: LANES }, (): Lane => ({
    rvk: new Int32Array(8),
    tck: new Int32Array(8),
    index: 0,
  }));
  const tcns = new Uint32Array(MAX_STEPS * LANES * 4);
  const words = new Int32Array(16);
  const state = new Int32Array(8);
  const padded = new Uint8Array(BLOCKS_AT_ONCE * BLOCK);

  /** tck_i = SHA-256("H_TCK" ‖ rvk ‖ tck_{i−1}): two blocks, of which the second is zero but for two words and the length. */
  const moveOn = ({ rvk, tck }: Lane): void => {
    words[0] = H_TC;
    words[1] = K | (rvk[0]! >>> 8);
    for (let i = 0; i < 7; i++) words[i + 2] = join(rvk[i]!, rvk[i + 1]!, 1);
    words[9] = join(rvk[7]!, tck[0]!, 1);
    for (let i = 0; i < 6; i++) words[i + 10] = join(tck[i]!, tck[i + 1]!, 1);
    compress(words, INITIAL, state);
    words[0] = join(tck[6]!, tck[7]!, 1);
    words[1] = join(tck[7]!, END, 1);
    words.fill(0, 2, 15);
    words[15] = 8 * (5 + 32 + 32);
    compress(words, state, tck);
  };

  /** tcn_i: the start of SHA-256("H_TCN" ‖ u16le(i) ‖ tck_i). */
  const derive = ({ tck, index }: Lane): void => {
    words[0] = H_TC;
    words[1] = N | ((index & 0xff) << 16) | (index & 0xff00) | (tck[0]! >>> 24);
    for (let i = 0; i < 7; i++) words[i + 2] = join(tck[i]!, tck[i + 1]!, 3);
    words[9] = join(tck[7]!, END, 3);
    words.fill(0, 10, 15);
    words[15] = 8 * (5 + 2 + 32);
    compress(words, INITIAL, state);
  };

  const hashOne = (prefix: number, message: Uint8Array): void => {
    const blocks = blocksOf(message.length);
    state.set(INITIAL);
    for (let first = 0; first < blocks; first += BLOCKS_AT_ONCE) {
      const count = Math.min(BLOCKS_AT_ONCE, blocks - first);
      writePadded(padded, 0, prefix, message, first, count);
      for (let block = 0; block < count; block++) {
        for (let i = 0; i < 16; i++) words[i] = readWord(padded, block * BLOCK + 4 * i);
        compress(words, state, state);
      }
    }
  };

  return {
    name: "js",
    load(lane, rvk, tckBeforeJ1, j1) {
      const loaded = lanes[lane]!;
      for (let i = 0; i < 8; i++) {
        loaded.rvk[i] = readWord(rvk, 4 * i);
        loaded.tck[i] = readWord(tckBeforeJ1, 4 * i);
      }
      loaded.index = j1;
    },
    expand(steps) {
      lanes.forEach((lane, l) => {
        for (let step = 0; step < steps; step++) {
          moveOn(lane);
          derive(lane);
          lane.index++;
          for (let i = 0; i < 4; i++) tcns[(step * LANES + l) * 4 + i] = turn(state[i]!);
        }
      });
      return tcns.subarray(0, steps * LANES * 4);
    },
    hashAll(prefix, messages) {
      const hashes = new Uint8Array(messages.length * HASH);
      messages.forEach((message, place) => {
        hashOne(prefix, message);
        writeState(hashes, place * HASH, state);
      });
      return hashes;
    },
    parents(nodes) {
      const above = new Uint8Array(Math.ceil(nodes.length / (2 * HASH)) * HASH);
      let at = 0;
      for (; at + 2 * HASH <= nodes.length; at += 2 * HASH) {
        hashOne(1, nodes.subarray(at, at + 2 * HASH));
        writeState(above, at / 2, state);
      }
      above.set(nodes.subarray(at), at / 2);
      return above;
    },
  };
}

/** The word that starts `bytes` bytes before the end of word x and goes on in word y. */
function join(x: number, y: number, bytes: number): number {
  return (x << (32 - 8 * bytes)) | (y >>> (8 * bytes));
}

/** The bytes of a word the other way round. */
function turn(x: number): number {
  return (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function writeState(target: Uint8Array, at: number, state: Int32Array): void {
  for (let i = 0; i < HASH; i++) target[at + i] = state[i >> 2]! >>> (24 - 8 * (i & 3));
}
