import { describe, expect, test } from "vitest";
import { logOf, readSource, readSources, sourceId } from "./source.ts";

const good = {
  name: " Riverside ",
  rpc: "https://rpc.example.org/key",
  chainId: 31337,
  registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  logId: 1,
  gateways: ["https://a.example.org", "http://127.0.0.1:8080/"],
  relayer: "https://relayer.example.org",
};

function errorsOf(value: unknown) {
  const read = readSource(value);
  return "errors" in read ? read.errors : {};
}

describe("readSource", () => {
  test("reads good source in one form", () => {
    const read = readSource(good);
    if (!("source" in read)) throw new Error(JSON.stringify(read.errors));
    expect(read.source.name).toBe("Riverside");
    expect(read.source.registry).toBe(good.registry.toLowerCase());
    expect(logOf(read.source)).toMatchObject({ chainId: 31337, logId: 1 });
    expect(logOf(read.source).registry).toHaveLength(20);
  });

  test("takes the text of a form, without name and relayer", () => {
    const read = readSource({ ...good, name: undefined, relayer: "", chainId: " 1 ", logId: "7" });
    expect(read).toMatchObject({ source: { name: "", relayer: "", chainId: 1, logId: 7 } });
  });

  test("takes a first block, or none", () => {
    expect(readSource({ ...good, fromBlock: " 7 " })).toMatchObject({ source: { fromBlock: 7 } });
    expect(readSource({ ...good, fromBlock: "" })).not.toHaveProperty("source.fromBlock");
  });

  test("takes from a name what would turn the direction of writing", () => {
    expect(readSource({ ...good, name: "River\u202Eside\u0007" })).toMatchObject({
      source: { name: "Riverside" },
    });
  });

  test("names the error of every field at once", () => {
    expect(Object.keys(errorsOf({})).sort()).toEqual(["chainId", "gateways", "logId", "registry", "rpc"]);
  });

  test.each([null, undefined, 5, "text", [], { toString: 1 }])("refuses %j", (value) => {
    expect(errorsOf(value)).toHaveProperty("rpc");
  });

  test.each([
    ["rpc", "javascript:alert(1)"],
    ["rpc", "ftp://example.org"],
    ["rpc", "https://user:secret@example.org"],
    ["rpc", "not an address"],
    ["rpc", `https://example.org/${"a".repeat(3_000)}`],
    ["chainId", 0],
    ["chainId", 1.5],
    ["chainId", "0x1"],
    ["chainId", "99999999999999999999"],
    ["registry", "0x5FbDB2315678afecb367f032d93F642f64180a"],
    ["registry", 7],
    ["logId", -1],
    ["gateways", []],
    ["gateways", "https://a.example.org"],
    ["gateways", ["https://a.example.org", "data:,x"]],
    ["gateways", Array.from({ length: 21 }, (_, i) => `https://g${i}.example.org`)],
    ["relayer", "relayer.example.org"],
    ["name", "n".repeat(61)],
    ["name", { text: "x" }],
    ["fromBlock", "-1"],
  ])("refuses %s = %j and nothing else", (field, value) => {
    expect(Object.keys(errorsOf({ ...good, [field]: value }))).toEqual([field]);
  });
});

describe("readSources", () => {
  test("passes over what cannot be read, and of two of one log keeps the first", () => {
    const read = readSources([good, { rpc: 5 }, { ...good, name: "Again" }, { ...good, logId: 2 }]);
    expect(read.map(({ name, logId }) => [name, logId])).toEqual([
      ["Riverside", 1],
      ["Riverside", 2],
    ]);
  });

  test.each([null, undefined, 5, "text", {}])("reads no source from %j", (value) => {
    expect(readSources(value)).toEqual([]);
  });

  test("tells logs apart by chain, registry and number", () => {
    const others = [{ chainId: 2 }, { registry: `0x${"11".repeat(20)}` }, { logId: 2 }];
    const ids = readSources([good, ...others.map((other) => ({ ...good, ...other }))]).map(sourceId);
    expect(new Set(ids).size).toBe(4);
  });
});
