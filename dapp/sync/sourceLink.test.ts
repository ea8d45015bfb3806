import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSource, type Source } from "./source.ts";
import { draftFields, isPublicAddress, readSourceLink, sourceLink, toDraft } from "./sourceLink.ts";

const PAGE = "https://dapp.example/tocsin/";
const source: Source = {
  ...{
    name: "Rivière – Fluß",
    rpc: "https://rpc.example",
    chainId: 31_337,
    registry: `0x${"a1".repeat(20)}`,
  },
  ...{ logId: 1, gateways: ["https://a.example", "https://b.example/ipfs"], relayer: "https://a.example" },
};

function offeredBy(link: string): unknown {
  const draft = readSourceLink(link);
  return draft && readSource(draftFields(draft));
}

describe("a link to a source", () => {
  const url = fc.webUrl({ validSchemes: ["https", "http"] });
  const sources = fc.record<Source>(
    {
      name: fc.string({ unit: "grapheme", maxLength: 20 }),
      rpc: fc.webAuthority().map((host) => `https://${host}`),
      chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      registry: fc
        .uint8Array({ minLength: 20, maxLength: 20 })
        .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
      logId: fc.integer({ min: 1 }),
      gateways: fc.uniqueArray(url, { minLength: 1, maxLength: 5 }),
      relayer: fc.oneof(fc.constant(""), url),
      fromBlock: fc.integer({ min: 1 }),
    },
    { requiredKeys: ["name", "rpc", "chainId", "registry", "logId", "gateways", "relayer"] },
  );

  test("offers what was shared, whatever it was", () => {
    fc.assert(
      fc.property(sources, (any) => {
        const read = readSource(any);
        fc.pre("source" in read);
        expect(offeredBy(sourceLink(read.source, PAGE))).toEqual(read);
      }),
    );
  });

  test("is read from any page and with white space around it", () => {
    const link = ` ${sourceLink(source, "http://127.0.0.1:9/")}\n`;
    expect(offeredBy(link)).toEqual({ source });
    expect(toDraft(source)).toEqual(readSourceLink(link));
  });

  test.each([
    "https://rpc.example/v3/0123456789abcdef",
    "https://rpc.example/?key=secret",
    "https://rpc.example/#secret",
  ])("carries nothing of %s, which may hold a key", (rpc) => {
    const link = sourceLink({ ...source, rpc }, PAGE);
    expect(readSourceLink(link)).toEqual({ ...toDraft(source), rpc: "" });
    const shared = Buffer.from(link.split("source=")[1]!, "base64url").toString();
    expect(shared).not.toMatch(/rpc\.example|secret|0123456789abcdef/);
    expect(offeredBy(link)).toMatchObject({ errors: { rpc: expect.any(String) } });
  });
});

describe("what is no link to a source", () => {
  const encoded = (value: unknown): string =>
    `${PAGE}#/sources/new?source=${Buffer.from(JSON.stringify(value)).toString("base64url")}`;

  test.each([
    "",
    PAGE,
    `${PAGE}#/sources/new?source=`,
    `${PAGE}#/sources/new?source=%22`,
    `${PAGE}#/sources/new?source=AAAA`,
    `${PAGE}#/sources/new?source=_w`,
    `${PAGE}#/sources/new?source=${"A".repeat(9_000)}`,
    encoded(null),
    encoded([source]),
    encoded("text"),
    encoded(7),
  ])("%j", (link) => {
    expect(readSourceLink(link)).toBeUndefined();
  });

  test("never throws, and never gives what no form could show", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(encoded)), (link) => {
        for (const text of Object.values(readSourceLink(link) ?? {})) expect(typeof text).toBe("string");
      }),
    );
  });

  test("a hostile one is refused field by field once it is read", () => {
    const hostile = { ...source, rpc: "javascript:alert(1)", gateways: { length: 1 }, name: { toString: 1 } };
    expect(offeredBy(encoded(hostile))).toEqual({
      errors: { rpc: expect.any(String), gateways: expect.any(String) },
    });
    expect(offeredBy(encoded({ __proto__: { rpc: "x" }, constructor: 1 }))).toHaveProperty("errors.rpc");
  });
});

test("only a host's own address is no secret", () => {
  expect(["https://a.example", "http://127.0.0.1:8545/"].every(isPublicAddress)).toBe(true);
  expect(
    ["https://a.example/k", "https://a.example?k", "https://u:p@a.example", "text", ""].some(isPublicAddress),
  ).toBe(false);
});
