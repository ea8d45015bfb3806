import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContactRecord, parseContactRecords, type ContactRecord } from "./contactRecords.ts";

const metres = fc.double({ min: 0, max: 1e6, noNaN: true }).map((distance) => distance + 0);
const record: fc.Arbitrary<ContactRecord> = fc
  .record(
    {
      tcn: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      firstSeen: fc.nat(4_000_000_000),
      length: fc.nat(90_000),
      samples: fc.integer({ min: 1, max: 100_000 }),
      minDistance: metres,
      averageDistance: metres,
    },
    { requiredKeys: ["tcn", "firstSeen", "length", "samples"] },
  )
  .map(({ length, ...made }) => ({ ...made, lastSeen: made.firstSeen + length }));

const good = '{"tcn":"000102030405060708090a0b0c0d0e0f","firstSeen":10,"lastSeen":20,"samples":1}';

describe("contact records", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const text = records.map((each) => `${formatContactRecord(each)}\n`).join("");
        expect(parseContactRecords(text)).toEqual({ records, errors: [] });
      }),
    );
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["null", "null"],
    ["a TCN of 15 bytes", good.replace("0001", "00")],
    ["no TCN", good.replace("tcn", "id")],
    ["a last sight before the first", good.replace("20", "9")],
    ["a broken second", good.replace("10,", "10.5,")],
    ["a negative second", good.replace("10,", "-10,")],
    ["no samples", good.replace(":1}", ":0}")],
    ["a negative distance", good.replace("}", ',"minDistance":-1}')],
    ["a distance in words", good.replace("}", ',"averageDistance":"near"}')],
    ["an endless distance", good.replace("}", ',"averageDistance":1e999}')],
  ])("refuse %s, by line, and keep the rest", (_, line) => {
    const { records, errors } = parseContactRecords(`${good}\n\n${line}\r\n${good}`);
    expect(records).toHaveLength(2);
    expect(errors).toEqual([expect.objectContaining({ line: 3, code: "CONTACT_INVALID" })]);
  });
});
