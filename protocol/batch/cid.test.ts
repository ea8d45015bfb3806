import fc from "fast-check";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { describe, expect, it } from "vitest";
import { cidDigestFrom, cidOf } from "./cid.ts";

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const invalid = expect.objectContaining({ code: "CID_INVALID" });

describe("CIDs", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(digest, (made) => {
        const text = cidOf(made);
        expect(text).toMatch(/^bafkrei[a-z2-7]{52}$/);
        expect(cidDigestFrom(text)).toEqual(made);
      }),
    );
  });

  it("of another version, codec, hash or length are refused", () => {
    const bytes = new Uint8Array(32);
    for (const cid of [
      CID.createV0(create(0x12, bytes)),
      CID.createV1(0x70, create(0x12, bytes)),
      CID.createV1(0x55, create(0x1b, bytes)),
      CID.createV1(0x55, create(0x12, bytes.subarray(1))),
    ])
      expect(() => cidDigestFrom(cid.toString())).toThrow(invalid);
  });

  it("with one character changed name another block or none", () => {
    fc.assert(
      fc.property(
        digest,
        fc.nat(57),
        fc.constantFrom("a", "b", "z", "2", "7", "3", "9", "A", "Z", "0", "-"),
        (made, at, char) => {
          const text = cidOf(made);
          const changed = text.slice(0, at + 1) + char + text.slice(at + 2);
          fc.pre(changed.toLowerCase() !== text);
          let read: Uint8Array;
          try {
            read = cidDigestFrom(changed);
          } catch (error) {
            expect(error).toEqual(invalid);
            return;
          }
          expect(read).not.toEqual(made);
        },
      ),
    );
  });
});
