import { readUintBE } from "../bytes/bytes.ts";
import { Fields } from "../bytes/fields.ts";
import { to0x } from "../bytes/hex.ts";
import { invalidEvent, readAddress, readPlace, topicOf, type EventPlace } from "../log/events.ts";

/** A demand for the proof that a receipt's entry was anchored. Addresses are 20 bytes. */
export interface Demanded extends EventPlace {
  name: "Demanded";
  /** 0x and 32 bytes of hex. */
  demandId: string;
  logId: number;
  /** Who signed the receipt. */
  relayer: Uint8Array;
  demander: Uint8Array;
  /** Leaf hash of the entry, 32 bytes. */
  leaf: Uint8Array;
  /** The receipt's deadline, unix seconds. */
  deadline: number;
  /** The log's head when the demand was made, 32 bytes: the answer proves inclusion in this one. */
  head: Uint8Array;
  /** The last second at which it can be answered, unix seconds. */
  answerBy: number;
}

/** The events of one demand. */
export type DemandEvent =
  | Demanded
  | (EventPlace & { name: "Answered"; demandId: string })
  | (EventPlace & {
      name: "Claimed";
      demandId: string;
      demander: Uint8Array;
      /** What the demander was credited with, in wei. */
      paid: bigint;
      /** In wei. */
      burnt: bigint;
    });

export const DEMAND_TOPICS = {
  Demanded: topicOf("Demanded(bytes32,uint256,address,address,bytes32,uint64,bytes32,uint64)"),
  Answered: topicOf("Answered(bytes32)"),
  Claimed: topicOf("Claimed(bytes32,address,uint256,uint256)"),
} as const;

/**
 * Reads one raw event of a ReportBond as `eth_getLogs` gives it.
 * @throws LOG_EVENT_INVALID for anything but the events of demands, in a mined block
 */
export function decodeDemandEvent(raw: unknown): DemandEvent {
  const fields = new Fields(raw, "LOG_EVENT_INVALID", "event");
  const [topic0, id, topic2, topic3] = fields.hexList("topics", 32, 4);
  if (!topic0 || !id) throw invalidEvent("it names no demand");
  const event = { ...readPlace(fields), demandId: to0x(id) };
  switch (to0x(topic0)) {
    case DEMAND_TOPICS.Demanded: {
      if (!topic2) throw invalidEvent("it names no log");
      const [demander, leaf, deadline, head, answerBy] = wordsOf(fields, 5);
      return {
        ...event,
        name: "Demanded",
        logId: readNumber(topic2),
        relayer: readAddress(topic3),
        demander: readAddress(demander),
        leaf: leaf as Uint8Array,
        deadline: readNumber(deadline as Uint8Array),
        head: head as Uint8Array,
        answerBy: readNumber(answerBy as Uint8Array),
      };
    }
    case DEMAND_TOPICS.Answered:
      return { ...event, name: "Answered" };
    case DEMAND_TOPICS.Claimed: {
      const [paid, burnt] = wordsOf(fields, 2).map(readUintBE) as [bigint, bigint];
      return { ...event, name: "Claimed", demander: readAddress(topic2), paid, burnt };
    }
    default:
      throw invalidEvent("its first topic is not one of a demand's events");
  }
}

function wordsOf(fields: Fields, count: number): Uint8Array[] {
  const data = fields.hex("data", 32 * count);
  return Array.from({ length: count }, (_, i) => data.slice(32 * i, 32 * (i + 1)));
}

function readNumber(word: Uint8Array): number {
  const value = readUintBE(word);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidEvent("a number in it is too large");
  return Number(value);
}
