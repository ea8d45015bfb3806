// SHA-256 (FIPS 180-4) of four messages side by side, one in each 32-bit lane of a v128, and what Tocsin does with it:
// moving four ratchets on (TCN 0.4.1), hashing four messages, and hashing a level of a Merkle tree (RFC 6962). This is
// AssemblyScript, not TypeScript; `npm run build` compiles it into protocol/kernel/wasm.ts.
//
// All memory is static. The caller reads the exported addresses, writes there, calls, and reads the results before its
// next call. Vector i of an area holds word i of all four lanes, as SHA-256 reads words: bytes are turned at the edges.

/** Bytes of a vector, and of a block of SHA-256. */
const V: usize = 16;
const BLOCK: usize = 64;
/** Bytes of an area for a message schedule. */
const SCHEDULE: i32 = 64 * 16;

/** Bytes of padded message that each lane takes at once. */
const LANE_INPUT: usize = 4_096;
/** Padded blocks of four messages, LANE_INPUT apart; or joined nodes. */
export const INPUT: usize = memory.data(4 * 4_096, 16);
/** TCNs of 16 bytes, by step and lane; or joined hashes of 32 bytes. */
export const OUTPUT: usize = memory.data(2 * 4_096, 16);

/** The ratchets: rvk, the last tck, and the index of the TCN that comes next, each word by word and lane by lane. */
export const RVK: usize = memory.data(8 * 16, 16);
export const TCK: usize = memory.data(8 * 16, 16);
export const INDEX: usize = memory.data(16, 16);

/** The two blocks of "H_TCK" ‖ rvk ‖ tck, the one of "H_TCN" ‖ index ‖ tck, the second one of a node, any other. */
const TCK_START: usize = memory.data(SCHEDULE, 16);
const TCK_END: usize = memory.data(SCHEDULE, 16);
const TCN: usize = memory.data(SCHEDULE, 16);
const NODE_END: usize = memory.data(SCHEDULE, 16);
const ANY: usize = memory.data(SCHEDULE, 16);

const INITIAL: usize = memory.data(8 * 16, 16);
const HASHED: usize = memory.data(8 * 16, 16);
/** Words of two nodes, before the prefix shifts them by a byte. */
const NODES: usize = memory.data(16 * 16, 16);

const H = memory.data<u32>(
  [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
  16,
);
const K = memory.data<u32>(
  [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ],
  16,
);

/** "H_TC" and the "N" or "K" that follows, as SHA-256 reads them. */
const H_TC: i32 = 0x485f5443;
const N: i32 = 0x4e000000;
const K_OF_TCK: i32 = 0x4b000000;

// The functions up to compress are small enough that the compiler puts them all into it: a call in a round, which has to
// save the vectors, costs a quarter of the speed.

function add(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

function xor(x: v128, y: v128): v128 {
  return v128.xor(x, y);
}

function get(area: usize, i: usize): v128 {
  return v128.load(area + i * V);
}

function put(area: usize, i: usize, x: v128): void {
  v128.store(area + i * V, x);
}

function rotr(x: v128, n: i32): v128 {
  return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n));
}

/** σ0 and σ1 of the message schedule. */
function s0(x: v128): v128 {
  return xor(xor(rotr(x, 7), rotr(x, 18)), i32x4.shr_u(x, 3));
}

function s1(x: v128): v128 {
  return xor(xor(rotr(x, 17), rotr(x, 19)), i32x4.shr_u(x, 10));
}

/** The two halves of the word that the rounds read 16 words after word i. */
function early(w: usize, i: usize): v128 {
  return add(get(w, i), s0(get(w, i + 1)));
}

function late(w: usize, i: usize): v128 {
  return add(get(w, i + 9), s1(get(w, i + 14)));
}

/** Word i after w, with the constant of its round. */
function word(w: usize, k: usize, i: usize): v128 {
  return add(get(w, i), v128.load_splat<u32>(k + i * 4));
}

/** The first sum of a round: h + Σ1(e) + Ch(e, f, g) + K + W. */
function sum1(e: v128, f: v128, g: v128, h: v128, kw: v128): v128 {
  const rotated = xor(xor(rotr(e, 6), rotr(e, 11)), rotr(e, 25));
  return add(add(add(h, kw), v128.bitselect(f, g, e)), rotated);
}

/** The second one: Σ0(a) + Maj(a, b, c). A round's a ^ b is the next one's b ^ c, which compilers notice. */
function sum2(a: v128, b: v128, c: v128): v128 {
  const rotated = xor(xor(rotr(a, 2), rotr(a, 13)), rotr(a, 22));
  return add(rotated, xor(b, v128.and(xor(a, b), xor(b, c))));
}

/** One block: the 16 words at the start of a schedule, from the state at `from` to the one at `to`. */
function compress(schedule: usize, from: usize, to: usize): void {
  let a = get(from, 0);
  let b = get(from, 1);
  let c = get(from, 2);
  let d = get(from, 3);
  let e = get(from, 4);
  let f = get(from, 5);
  let g = get(from, 6);
  let h = get(from, 7);
  let w = schedule;
  let k = K;
  const extended = schedule + 48 * V;
  while (w < extended) {
    put(w, 16, add(early(w, 0), late(w, 0)));
    h = sum1(e, f, g, h, word(w, k, 0));
    d = add(d, h);
    h = add(h, sum2(a, b, c));
    put(w, 17, add(early(w, 1), late(w, 1)));
    g = sum1(d, e, f, g, word(w, k, 1));
    c = add(c, g);
    g = add(g, sum2(h, a, b));
    put(w, 18, add(early(w, 2), late(w, 2)));
    f = sum1(c, d, e, f, word(w, k, 2));
    b = add(b, f);
    f = add(f, sum2(g, h, a));
    put(w, 19, add(early(w, 3), late(w, 3)));
    e = sum1(b, c, d, e, word(w, k, 3));
    a = add(a, e);
    e = add(e, sum2(f, g, h));
    put(w, 20, add(early(w, 4), late(w, 4)));
    d = sum1(a, b, c, d, word(w, k, 4));
    h = add(h, d);
    d = add(d, sum2(e, f, g));
    put(w, 21, add(early(w, 5), late(w, 5)));
    c = sum1(h, a, b, c, word(w, k, 5));
    g = add(g, c);
    c = add(c, sum2(d, e, f));
    put(w, 22, add(early(w, 6), late(w, 6)));
    b = sum1(g, h, a, b, word(w, k, 6));
    f = add(f, b);
    b = add(b, sum2(c, d, e));
    put(w, 23, add(early(w, 7), late(w, 7)));
    a = sum1(f, g, h, a, word(w, k, 7));
    e = add(e, a);
    a = add(a, sum2(b, c, d));
    w += 8 * V;
    k += 8 * 4;
  }
  const end = schedule + 64 * V;
  while (w < end) {
    h = sum1(e, f, g, h, word(w, k, 0));
    d = add(d, h);
    h = add(h, sum2(a, b, c));
    g = sum1(d, e, f, g, word(w, k, 1));
    c = add(c, g);
    g = add(g, sum2(h, a, b));
    f = sum1(c, d, e, f, word(w, k, 2));
    b = add(b, f);
    f = add(f, sum2(g, h, a));
    e = sum1(b, c, d, e, word(w, k, 3));
    a = add(a, e);
    e = add(e, sum2(f, g, h));
    d = sum1(a, b, c, d, word(w, k, 4));
    h = add(h, d);
    d = add(d, sum2(e, f, g));
    c = sum1(h, a, b, c, word(w, k, 5));
    g = add(g, c);
    c = add(c, sum2(d, e, f));
    b = sum1(g, h, a, b, word(w, k, 6));
    f = add(f, b);
    b = add(b, sum2(c, d, e));
    a = sum1(f, g, h, a, word(w, k, 7));
    e = add(e, a);
    a = add(a, sum2(b, c, d));
    w += 8 * V;
    k += 8 * 4;
  }
  put(to, 0, add(a, get(from, 0)));
  put(to, 1, add(b, get(from, 1)));
  put(to, 2, add(c, get(from, 2)));
  put(to, 3, add(d, get(from, 3)));
  put(to, 4, add(e, get(from, 4)));
  put(to, 5, add(f, get(from, 5)));
  put(to, 6, add(g, get(from, 6)));
  put(to, 7, add(h, get(from, 7)));
}

/** The bytes of each word the other way round. */
function turn(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Four words of four lanes to four words of four messages, or back: the same exchange of rows and columns. */
function transpose(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const row0 = turn(v128.load(from));
  const row1 = turn(v128.load(from + fromStride));
  const row2 = turn(v128.load(from + 2 * fromStride));
  const row3 = turn(v128.load(from + 3 * fromStride));
  const low01 = i32x4.shuffle(row0, row1, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(row0, row1, 2, 6, 3, 7);
  const low23 = i32x4.shuffle(row2, row3, 0, 4, 1, 5);
  const high23 = i32x4.shuffle(row2, row3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(to + toStride, i64x2.shuffle(low01, low23, 1, 3));
  v128.store(to + 2 * toStride, i64x2.shuffle(high01, high23, 0, 2));
  v128.store(to + 3 * toStride, i64x2.shuffle(high01, high23, 1, 3));
}

/** The word that starts `bytes` bytes before the end of word x and goes on in word y. */
function join(x: v128, y: v128, bytes: i32): v128 {
  return v128.or(i32x4.shl(x, 32 - 8 * bytes), i32x4.shr_u(y, 8 * bytes));
}

/** Word i, a number that is the same in all lanes. */
function putAll(area: usize, i: usize, x: i32): void {
  put(area, i, i32x4.splat(x));
}

/** Moves all lanes on by `steps` TCNs. The caller keeps to 1..64. */
export function expand(steps: usize): void {
  put(TCK_START, 1, v128.or(i32x4.splat(K_OF_TCK), i32x4.shr_u(get(RVK, 0), 8)));
  for (let i: usize = 0; i < 7; i++) put(TCK_START, i + 2, join(get(RVK, i), get(RVK, i + 1), 1));
  let index = get(INDEX, 0);
  const end = OUTPUT + steps * 4 * V;
  for (let output = OUTPUT; output < end; output += 4 * V) {
    put(TCK_START, 9, join(get(RVK, 7), get(TCK, 0), 1));
    for (let i: usize = 0; i < 6; i++) put(TCK_START, i + 10, join(get(TCK, i), get(TCK, i + 1), 1));
    put(TCK_END, 0, join(get(TCK, 6), get(TCK, 7), 1));
    put(TCK_END, 1, join(get(TCK, 7), i32x4.splat(0x80000000), 1));
    compress(TCK_START, INITIAL, HASHED);
    compress(TCK_END, HASHED, TCK);

    const low = i32x4.shl(v128.and(index, i32x4.splat(0xff)), 16);
    const high = v128.and(index, i32x4.splat(0xff00));
    const prefix = v128.or(v128.or(low, high), i32x4.splat(N));
    put(TCN, 1, v128.or(prefix, i32x4.shr_u(get(TCK, 0), 24)));
    for (let i: usize = 0; i < 7; i++) put(TCN, i + 2, join(get(TCK, i), get(TCK, i + 1), 3));
    put(TCN, 9, join(get(TCK, 7), i32x4.splat(0x80000000), 3));
    compress(TCN, INITIAL, HASHED);
    transpose(HASHED, V, output, V);
    index = add(index, i32x4.splat(1));
  }
  put(INDEX, 0, index);
}

/** Begins four messages. */
export function begin(): void {
  for (let i: usize = 0; i < 8; i++) put(HASHED, i, get(INITIAL, i));
}

/** Goes on with the next `blocks` blocks of each, which stand in INPUT. */
export function update(blocks: usize): void {
  const end = INPUT + blocks * BLOCK;
  for (let block = INPUT; block < end; block += BLOCK) {
    for (let i: usize = 0; i < 4; i++) transpose(block + i * V, LANE_INPUT, ANY + 4 * i * V, V);
    compress(ANY, HASHED, HASHED);
  }
}

/** Puts the hashes of the four messages into OUTPUT. */
export function digest(): void {
  putHashes(OUTPUT);
}

/** Hashes pairs of joined nodes in INPUT into OUTPUT, four at a time: the rest of the last four is not to be read. */
export function parents(pairs: usize): void {
  for (let pair: usize = 0; pair < pairs; pair += 4) {
    const from = INPUT + pair * BLOCK;
    for (let i: usize = 0; i < 4; i++) transpose(from + i * V, BLOCK, NODES + 4 * i * V, V);
    put(ANY, 0, join(i32x4.splat(1), get(NODES, 0), 1));
    for (let i: usize = 0; i < 15; i++) put(ANY, i + 1, join(get(NODES, i), get(NODES, i + 1), 1));
    put(NODE_END, 0, join(get(NODES, 15), i32x4.splat(0x80000000), 1));
    compress(ANY, INITIAL, HASHED);
    compress(NODE_END, HASHED, HASHED);
    putHashes(OUTPUT + pair * 32);
  }
}

function putHashes(to: usize): void {
  transpose(HASHED, V, to, 32);
  transpose(HASHED + 4 * V, V, to + V, 32);
}

// What never changes: the initial state, the words that no key touches, the lengths in bits. The rest is zero.
for (let i: usize = 0; i < 8; i++) put(INITIAL, i, v128.load_splat<u32>(H + i * 4));
putAll(TCK_START, 0, H_TC);
putAll(TCN, 0, H_TC);
putAll(TCK_END, 15, 8 * (5 + 32 + 32));
putAll(TCN, 15, 8 * (5 + 2 + 32));
putAll(NODE_END, 15, 8 * (1 + 32 + 32));
