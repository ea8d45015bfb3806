import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_BATCH_FILE_LENGTH } from "../batch/file.ts";
import { TocsinError } from "../errors.ts";
import { buildFilter } from "./build.ts";
import { decodeFilterFile, encodeFilterFile, filterFileLength, MAX_FILTER_FILE_LENGTH } from "./file.ts";
import { MAX_FILTER_TCNS } from "./layout.ts";
import { pseudoWords } from "./support/tcnSets.ts";

const invalid = expect.objectContaining({ code: "FILTER_INVALID" });
const tooLarge = expect.objectContaining({ code: "FILTER_TOO_LARGE" });
const built = (count: number) => buildFilter(pseudoWords(4 * count, count), [])!;
const withCount = (file: Uint8Array, count: number): Uint8Array => {
  const changed = new Uint8Array(file);
  new DataView(changed.buffer).setUint32(8, count, true);
  return changed;
};

describe("filter files", () => {
  it("come back as they were, wherever their buffer begins", () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(9), (count, shift) => {
        const filter = built(count);
        const file = encodeFilterFile(filter);
        expect(file).toHaveLength(filterFileLength(count));
        const shifted = new Uint8Array([...new Uint8Array(shift), ...file]).subarray(shift);
        const read = decodeFilterFile(shifted);
        expect(read).toEqual(filter);
        const words = pseudoWords(4 * count, count);
        for (let at = 0; at < words.length; at += 4) expect(read.has(words, at)).toBe(true);
      }),
    );
  });

  it("have one form: whatever is accepted is written the same again", () => {
    const file = encodeFilterFile(built(3));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, value) => {
        const changed = new Uint8Array(file);
        changed[at] = value;
        try {
          expect(encodeFilterFile(decodeFilterFile(changed))).toEqual(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(TocsinError);
          expect(at).toBeLessThan(12);
        }
      }),
    );
  });

  it("are refused when cut short anywhere or followed by anything", () => {
    const file = encodeFilterFile(built(24));
    for (let length = 0; length < file.length; length++)
      expect(() => decodeFilterFile(file.subarray(0, length))).toThrow(invalid);
    expect(() => decodeFilterFile(new Uint8Array([...file, 0]))).toThrow(invalid);
  });

  it("are refused with another magic, version or count", () => {
    const file = encodeFilterFile(built(24));
    for (let at = 0; at < 8; at++) {
      const changed = new Uint8Array(file);
      changed[at]! ^= 1;
      expect(() => decodeFilterFile(changed)).toThrow(invalid);
    }
    for (const count of [0, 1, 1_000])
      expect(() => decodeFilterFile(withCount(file, count))).toThrow(invalid);
    for (const count of [MAX_FILTER_TCNS + 1, 2 ** 32 - 1])
      expect(() => decodeFilterFile(withCount(file, count))).toThrow(tooLarge);
    expect(() => decodeFilterFile(new Uint8Array(MAX_FILTER_FILE_LENGTH + 1))).toThrow(tooLarge);
  });

  it("fit into one block, and none is longer than the longest", () => {
    let longest = 0;
    for (let count = 0; count <= MAX_FILTER_TCNS; count++)
      longest = Math.max(longest, filterFileLength(count));
    expect(longest).toBe(MAX_FILTER_FILE_LENGTH);
    expect(longest).toBeLessThan(MAX_BATCH_FILE_LENGTH);
    expect(filterFileLength(0)).toBe(28);
  });

  it("make the reader throw nothing but TocsinErrors", () => {
    const file = encodeFilterFile(built(3));
    fc.assert(
      fc.property(fc.nat(file.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }), (at, cut, put) => {
        const bytes = new Uint8Array([...file.subarray(0, at), ...put, ...file.subarray(at + cut)]);
        try {
          decodeFilterFile(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TocsinError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
