import { describe, expect, test } from "vitest";
import { readSettings, sourceOf } from "./settings.ts";

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
  const read = readSettings(value);
  return "errors" in read ? read.errors : {};
}

describe("readSettings", () => {
  test("reads good settings in one form", () => {
    const read = readSettings(good);
    if (!("settings" in read)) throw new Error(JSON.stringify(read.errors));
    expect(read.settings.name).toBe("Riverside");
    expect(read.settings.registry).toBe(good.registry.toLowerCase());
    expect(sourceOf(read.settings)).toMatchObject({ chainId: 31337, logId: 1 });
    expect(sourceOf(read.settings).registry).toHaveLength(20);
  });

  test("takes the text of a form, without name and relayer", () => {
    const read = readSettings({ ...good, name: undefined, relayer: "", chainId: " 1 ", logId: "7" });
    expect(read).toMatchObject({ settings: { name: "", relayer: "", chainId: 1, logId: 7 } });
  });

  test.each([true, "on"])("takes %j for a slow connection", (slowLink) => {
    expect(readSettings({ ...good, slowLink })).toMatchObject({ settings: { slowLink: true } });
  });

  test.each([undefined, "off", false, {}])("does not take %j for a slow connection", (slowLink) => {
    expect(readSettings({ ...good, slowLink })).not.toHaveProperty("settings.slowLink");
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
  ])("refuses %s = %j and nothing else", (field, value) => {
    expect(Object.keys(errorsOf({ ...good, [field]: value }))).toEqual([field]);
  });
});
