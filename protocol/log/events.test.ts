import { Interface } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { to0x } from "../bytes/hex.ts";
import { MAX_DIRECT_ENTRY_LENGTH } from "../entry/entry.ts";
import { registryAbi } from "./abi.ts";
import { decodeLogEvent, EVENT_TOPICS, logIdTopic } from "./events.ts";

const abi = new Interface(registryAbi);
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const place = {
  blockNumber: "0x1b4",
  blockHash: `0x${"b1".repeat(32)}`,
  transactionHash: `0x${"7a".repeat(32)}`,
  logIndex: "0x2",
};
const readPlace = { ...place, blockNumber: 436, logIndex: 2 };
const invalid = expect.objectContaining({ code: "LOG_EVENT_INVALID" });

describe("the registry's events", () => {
  it("have the topics that ethers computes from the ABI", () => {
    for (const [name, topic] of Object.entries(EVENT_TOPICS))
      expect(abi.getEvent(name)?.topicHash).toBe(topic);
  });

  it("are read as ethers encodes them", () => {
    const logId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const number = fc.maxSafeNat();
    fc.assert(
      fc.property(logId, bytes(20), bytes(20), bytes(32), bytes(32), number, number, number, (...made) => {
        const [id, from, to, root, cidDigest, seq, firstIndex, count] = made;
        const opened = abi.encodeEventLog("LogOpened", [id, to0x(to), "https://relayer.example/a"]);
        expect(decodeLogEvent({ ...place, ...opened }, id)).toEqual({
          ...readPlace,
          name: "LogOpened",
          operator: to,
        });
        const accepted = abi.encodeEventLog("LogAccepted", [id, to0x(from), to0x(to)]);
        expect(decodeLogEvent({ ...place, ...accepted }, id)).toEqual({
          ...readPlace,
          name: "LogAccepted",
          from,
          to,
        });
        const position = (BigInt(seq) << 128n) | (BigInt(firstIndex) << 64n) | BigInt(count);
        const appended = abi.encodeEventLog("BatchAppended", [id, root, cidDigest, position]);
        expect(decodeLogEvent({ ...place, ...appended }, id)).toEqual({
          ...readPlace,
          name: "BatchAppended",
          batch: { seq, firstIndex, count, root, cidDigest },
        });
      }),
    );
  });

  it("of entries sent directly are read as ethers encodes them, from 1 to 390 bytes", () => {
    const entries = fc.uint8Array({ minLength: 1, maxLength: MAX_DIRECT_ENTRY_LENGTH });
    const read = (entry: Uint8Array): unknown =>
      decodeLogEvent({ ...place, ...abi.encodeEventLog("EntrySubmitted", [7, entry]) }, 7);
    fc.assert(
      fc.property(entries, (entry) => {
        expect(read(entry)).toEqual({ ...readPlace, name: "EntrySubmitted", entry });
      }),
    );
    for (const length of [1, 31, 32, 33, MAX_DIRECT_ENTRY_LENGTH]) {
      expect(read(new Uint8Array(length))).toMatchObject({ entry: new Uint8Array(length) });
    }
    for (const length of [0, MAX_DIRECT_ENTRY_LENGTH + 1]) {
      expect(() => read(new Uint8Array(length))).toThrow(invalid);
    }
  });

  const event = {
    ...place,
    topics: [EVENT_TOPICS.BatchAppended, logIdTopic(1)],
    data: `0x${"11".repeat(64)}${"00".repeat(32)}`,
  };
  it.each([
    ["of another log", { topics: [EVENT_TOPICS.BatchAppended, logIdTopic(2)] }],
    ["of another name", { topics: [logIdTopic(9), logIdTopic(1)] }],
    ["without topics", { topics: [] }],
    ["with five topics", { topics: Array.from({ length: 5 }, () => logIdTopic(1)) }],
    ["with short data", { data: "0x11" }],
    ["with high bits in its position", { data: `0x${"11".repeat(64)}${"00".repeat(7)}01${"00".repeat(24)}` }],
    ["with a count past 2^53", { data: `0x${"11".repeat(64)}${"00".repeat(24)}0020000000000000` }],
    ["of a pending block", { blockNumber: null }],
    ["with a number in decimal", { logIndex: "2" }],
    ["with a number past 2^53", { blockNumber: "0x20000000000000" }],
    ["without a block hash", { blockHash: "0x" }],
    [
      "with an operator that is no address",
      { topics: [EVENT_TOPICS.LogOpened, logIdTopic(1), `0x${"11".repeat(32)}`] },
    ],
    ["without an operator", { topics: [EVENT_TOPICS.LogOpened, logIdTopic(1)] }],
  ])("are refused %s", (_, change) => {
    expect(decodeLogEvent(event, 1).name).toBe("BatchAppended");
    expect(() => decodeLogEvent({ ...event, ...change }, 1)).toThrow(invalid);
  });

  const word = (value: bigint): string => value.toString(16).padStart(64, "0");
  const words = (...values: bigint[]): string => `0x${values.map(word).join("")}`;
  it.each([
    ["without a length", words(32n)],
    ["with another offset", words(64n, 2n, 0n)],
    ["with an offset past 2^53", words(2n ** 255n, 2n, 0n)],
    ["with a length past 2^53", words(32n, 2n ** 255n, 0n)],
    ["with more bytes than its length", words(32n, 2n, 0n, 0n)],
    ["with fewer bytes than its length", words(32n, 33n, 0n)],
    ["with padding that is not zero", words(32n, 31n, 1n)],
    ["cut within a word", words(32n, 2n, 0n).slice(0, -2)],
    ["without data", "0x"],
  ])("of entries sent directly are refused %s", (_, data) => {
    const submitted = { ...place, topics: [EVENT_TOPICS.EntrySubmitted, logIdTopic(1)] };
    expect(decodeLogEvent({ ...submitted, data: words(32n, 2n, 0n) }, 1)).toMatchObject({
      entry: new Uint8Array(2),
    });
    expect(() => decodeLogEvent({ ...submitted, data }, 1)).toThrow(invalid);
  });
});
