import { Interface } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { to0x } from "../bytes/hex.ts";
import { bondAbi } from "./abi.ts";
import { decodeDemandEvent, DEMAND_TOPICS } from "./events.ts";

const abi = new Interface(bondAbi);
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const place = {
  blockNumber: "0x1b4",
  blockHash: `0x${"b1".repeat(32)}`,
  transactionHash: `0x${"7a".repeat(32)}`,
  logIndex: "0x2",
};
const readPlace = { ...place, blockNumber: 436, logIndex: 2 };

describe("the events of demands", () => {
  it("have the topics that ethers computes from the ABI", () => {
    for (const [name, topic] of Object.entries(DEMAND_TOPICS))
      expect(abi.getEvent(name)?.topicHash).toBe(topic);
  });

  it("are read as ethers encodes them", () => {
    const [number, amount] = [fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })];
    const addresses = fc.tuple(bytes(20), bytes(20));
    const words = fc.tuple(bytes(32), bytes(32), bytes(32));
    const numbers = fc.tuple(number, number, number);
    const amounts = fc.tuple(amount, amount);
    fc.assert(
      fc.property(addresses, words, numbers, amounts, (made, [id, leaf, head], times, [paid, burnt]) => {
        const [[relayer, demander], [logId, deadline, answerBy]] = [made, times];
        const about = { ...readPlace, demandId: to0x(id) };
        const read = (name: string, args: unknown[]): unknown =>
          decodeDemandEvent({ ...place, ...abi.encodeEventLog(name, args) });
        const args = [id, logId, to0x(relayer), to0x(demander), leaf, deadline, head, answerBy];
        const demand = { logId, relayer, demander, leaf, deadline, head, answerBy };
        expect(read("Demanded", args)).toEqual({ ...about, name: "Demanded", ...demand });
        expect(read("Answered", [id])).toEqual({ ...about, name: "Answered" });
        const claimed = { ...about, name: "Claimed", demander, paid, burnt };
        expect(read("Claimed", [id, to0x(demander), paid, burnt])).toEqual(claimed);
      }),
    );
  });

  const id = `0x${"1d".repeat(32)}`;
  const [one, relayer] = [`0x${"00".repeat(31)}01`, `0x${"00".repeat(12)}${"aa".repeat(20)}`];
  const event = {
    ...place,
    topics: [DEMAND_TOPICS.Demanded, id, one, relayer],
    data: `0x${"00".repeat(160)}`,
  };
  it.each([
    ["of another name", { topics: [id, id, one, relayer] }],
    ["without topics", { topics: [] }],
    ["without a demand", { topics: [DEMAND_TOPICS.Answered] }],
    ["without a log", { topics: [DEMAND_TOPICS.Demanded, id] }],
    ["without a relayer", { topics: [DEMAND_TOPICS.Demanded, id, one] }],
    ["with a relayer that is no address", { topics: [DEMAND_TOPICS.Demanded, id, one, id] }],
    ["with a log past 2^53", { topics: [DEMAND_TOPICS.Demanded, id, id, relayer] }],
    ["with short data", { data: `0x${"00".repeat(159)}` }],
    ["with long data", { data: `0x${"00".repeat(161)}` }],
    ["with a demander that is no address", { data: `0x${"11".repeat(32)}${"00".repeat(128)}` }],
    ["with a time past 2^53", { data: `0x${"00".repeat(128)}${"11".repeat(32)}` }],
    ["of a pending block", { blockNumber: null }],
  ])("are refused %s", (_, change) => {
    expect(decodeDemandEvent(event).name).toBe("Demanded");
    const refusal = expect.objectContaining({ name: "TocsinError", code: "LOG_EVENT_INVALID" });
    expect(() => decodeDemandEvent({ ...event, ...change })).toThrow(refusal);
  });
});
