import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeInterfaces,
  decodeObjects,
  readBoolean,
  readBytes,
  readEntries,
  readInteger,
  readString,
  readStrings,
} from "./values.ts";

const anything = fc.anything({
  withBigInt: true,
  withNullPrototype: true,
  withTypedArray: true,
  withMap: true,
});

describe("values from the bus", () => {
  it("are read only where they have the type that was asked for", () => {
    const dictionary = {
      flag: true,
      name: "hci0",
      rssi: -60,
      list: ["a", "b"],
      mixed: ["a", 1],
      big: 70_000,
    };
    expect(readBoolean(dictionary, "flag")).toBe(true);
    expect(readBoolean(dictionary, "rssi")).toBeUndefined();
    expect(readString(dictionary, "name")).toBe("hci0");
    expect(readString(dictionary, "list")).toBeUndefined();
    expect(readInteger(dictionary, "rssi")).toBe(-60);
    expect(readInteger(dictionary, "big")).toBeUndefined();
    expect(readInteger({ rssi: -60.5 }, "rssi")).toBeUndefined();
    expect(readInteger({ rssi: -60n }, "rssi")).toBeUndefined();
    expect(readStrings(dictionary, "list")).toEqual(["a", "b"]);
    expect(readStrings(dictionary, "mixed")).toBeUndefined();
  });

  it("never come from what a dictionary inherits", () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"Powered": true}}');
    expect(readBoolean(hostile, "Powered")).toBeUndefined();
    expect(readBoolean(Object.create({ Powered: true }), "Powered")).toBeUndefined();
    expect(readString({}, "constructor")).toBeUndefined();
  });

  it("give bytes as a copy of their own", () => {
    const message = Buffer.from([1, 2, 3]);
    const bytes = readBytes(message);
    message.fill(0);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(readBytes([1, 2, 3])).toBeUndefined();
  });

  it("may be anything at all", () => {
    fc.assert(
      fc.property(anything, fc.string(), (value, name) => {
        expect(["boolean", "undefined"]).toContain(typeof readBoolean(value, name));
        expect(["string", "undefined"]).toContain(typeof readString(value, name));
        expect(["number", "undefined"]).toContain(typeof readInteger(value, name));
        readStrings(value, name)?.forEach((item) => expect(typeof item).toBe("string"));
        expect(readBytes(value)?.constructor ?? Uint8Array).toBe(Uint8Array);
        for (const [, properties] of decodeInterfaces(value))
          expect(Object.keys(properties)).toBeInstanceOf(Array);
        for (const [, interfaces] of decodeObjects(value)) expect(interfaces).toBeInstanceOf(Map);
      }),
    );
  });

  it("keep the objects that are of the right form beside those that are not", () => {
    const objects = decodeObjects({ "/a": { i: { p: 1 }, j: 7 }, "/b": "no", "/c": {} });
    expect([...objects.keys()]).toEqual(["/a", "/b", "/c"]);
    expect(objects.get("/a")).toEqual(
      new Map([
        ["i", { p: 1 }],
        ["j", {}],
      ]),
    );
    expect(objects.get("/b")?.size).toBe(0);
    expect(readEntries([["p", 1]])).toEqual([]);
  });
});
