import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { readUintBE } from "../bytes/bytes.ts";
import { Fields } from "../bytes/fields.ts";
import { to0x } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import type { AnchoredBatch } from "./state.ts";

/** Where in the chain an event stands. */
export interface EventPlace {
  blockNumber: number;
  blockHash: string;
  transactionHash: string;
  logIndex: number;
}

/** The events of one log that its readers fold. Addresses are 20 bytes. */
export type LogEvent = EventPlace &
  (
    | { name: "LogOpened"; operator: Uint8Array }
    | { name: "LogAccepted"; from: Uint8Array; to: Uint8Array }
    | { name: "BatchAppended"; batch: AnchoredBatch }
  );

const topicOf = (signature: string): string => to0x(keccak_256(utf8ToBytes(signature)));

export const EVENT_TOPICS = {
  LogOpened: topicOf("LogOpened(uint256,address,string)"),
  LogAccepted: topicOf("LogAccepted(uint256,address,address)"),
  BatchAppended: topicOf("BatchAppended(uint256,bytes32,bytes32,uint256)"),
} as const;

/** A log id as an event topic. */
export function logIdTopic(logId: number): string {
  return `0x${BigInt(logId).toString(16).padStart(64, "0")}`;
}

/**
 * Reads one raw event as `eth_getLogs` gives it.
 * @throws LOG_EVENT_INVALID for anything but the three events, of this log, in a mined block
 */
export function decodeLogEvent(raw: unknown, logId: number): LogEvent {
  const fields = new Fields(raw, "LOG_EVENT_INVALID", "event");
  const topics = fields.hexList("topics", 32, 4);
  const [topic0, topic1, topic2, topic3] = topics;
  if (!topic0 || !topic1 || to0x(topic1) !== logIdTopic(logId)) throw invalid("it is of another log");
  const place: EventPlace = {
    blockNumber: quantity(fields.string("blockNumber")),
    blockHash: to0x(fields.hex("blockHash", 32)),
    transactionHash: to0x(fields.hex("transactionHash", 32)),
    logIndex: quantity(fields.string("logIndex")),
  };
  switch (to0x(topic0)) {
    case EVENT_TOPICS.LogOpened:
      return { ...place, name: "LogOpened", operator: address(topic2) };
    case EVENT_TOPICS.LogAccepted:
      return { ...place, name: "LogAccepted", from: address(topic2), to: address(topic3) };
    case EVENT_TOPICS.BatchAppended:
      return { ...place, name: "BatchAppended", batch: decodeBatch(fields.hex("data", 96)) };
    default:
      throw invalid("its first topic is not one of the log's events");
  }
}

/** root ‖ cidDigest ‖ position, where position = seq u64 ‖ firstIndex u64 ‖ count u64 in the low 192 bits. */
function decodeBatch(data: Uint8Array): AnchoredBatch {
  if (readUintBE(data.subarray(64, 72)) !== 0n) throw invalid("its position has high bits set");
  const u64 = (offset: number): number => {
    const value = readUintBE(data.subarray(offset, offset + 8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid("a number in it is too large");
    return Number(value);
  };
  return {
    root: data.slice(0, 32),
    cidDigest: data.slice(32, 64),
    seq: u64(72),
    firstIndex: u64(80),
    count: u64(88),
  };
}

/** A JSON-RPC quantity as a safe integer. @throws LOG_EVENT_INVALID */
function quantity(text: string): number {
  const value = /^0x[0-9a-f]{1,14}$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalid("a number in it is no JSON-RPC quantity");
  return value;
}

function address(topic: Uint8Array | undefined): Uint8Array {
  if (!topic || topic.subarray(0, 12).some((byte) => byte !== 0))
    throw invalid("an address in it is malformed");
  return topic.slice(12);
}

function invalid(why: string): TocsinError {
  return new TocsinError("LOG_EVENT_INVALID", `the RPC gave an event that cannot be read: ${why}`);
}
