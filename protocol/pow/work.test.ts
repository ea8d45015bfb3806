import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasWork, MAX_WORK_BITS, solveWork } from "./work.ts";

const noPause = (): Promise<void> => Promise.resolve();

/** The rule once more, by the platform's hash: the digest as a string of bits. */
function digestBits(body: Uint8Array, nonce: string): string {
  const inner = createHash("sha256").update(body).digest();
  const outer = createHash("sha256").update("TOCSIN work").update(inner).update(Buffer.from(nonce, "hex"));
  return [...outer.digest()].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

describe("proof of work", () => {
  it("is found, and holds by the rule in docs/formats.md", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.nat(10), async (body, bits) => {
        const nonce = await solveWork(body, bits, noPause);
        expect(nonce).toMatch(/^[0-9a-f]{16}$/);
        expect(digestBits(body, nonce).indexOf("1")).toBeGreaterThanOrEqual(bits);
        expect(hasWork(body, nonce, bits)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("has the example of docs/formats.md", async () => {
    const formats = readFileSync(join(import.meta.dirname, "../../docs/formats.md"), "utf8");
    const nonce = await solveWork(new Uint8Array(512), 16, noPause);
    expect(nonce).toBe("0000000000016491");
    expect(formats).toContain(`the first nonce is \`${nonce}\``);
  });

  it("is as much as the digest has leading zero bits, and no more", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (body, value) => {
          const nonce = value.toString(16).padStart(16, "0");
          const zeros = digestBits(body, nonce).indexOf("1");
          expect(hasWork(body, nonce, zeros)).toBe(true);
          expect(hasWork(body, nonce.toUpperCase(), zeros)).toBe(true);
          expect(hasWork(body, nonce, zeros + 1)).toBe(false);
        },
      ),
    );
  });

  it("of one body is none of another", async () => {
    const nonce = await solveWork(new Uint8Array([1]), 16, noPause);
    expect(hasWork(new Uint8Array([1]), nonce, 16)).toBe(true);
    expect(hasWork(new Uint8Array([2]), nonce, 16)).toBe(false);
  });

  it.each([
    undefined,
    null,
    7,
    "",
    "0",
    "0".repeat(15),
    "0".repeat(17),
    `0x${"0".repeat(14)}`,
    ["0".repeat(16)],
  ])("is not shown by %j", (nonce) => {
    expect(hasWork(new Uint8Array(0), nonce, 0)).toBe(false);
  });

  it("lets others have their turn while it is searched for, and can be ended", async () => {
    const seen: number[] = [];
    const ended = solveWork(new Uint8Array(0), MAX_WORK_BITS, async (tried) => {
      seen.push(tried);
      if (seen.length === 3) throw new Error("enough");
    });
    await expect(ended).rejects.toThrow("enough");
    expect(seen).toEqual([4_096, 8_192, 12_288]);
  });

  it.each([-1, 29, 1.5, Number.NaN])("of %d bits is not searched for", async (bits) => {
    await expect(solveWork(new Uint8Array(0), bits, noPause)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
    });
  });
});
