import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { readUintBE } from "../bytes/bytes.ts";
import { Fields } from "../bytes/fields.ts";
import { to0x } from "../bytes/hex.ts";
import { MAX_DIRECT_ENTRY_LENGTH } from "../entry/entry.ts";
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
    | { name: "EntrySubmitted"; entry: Uint8Array }
  );

/** The first topic of an event, from its signature. */
export const topicOf = (signature: string): string => to0x(keccak_256(utf8ToBytes(signature)));

export const EVENT_TOPICS = {
  LogOpened: topicOf("LogOpened(uint256,address,string)"),
  LogAccepted: topicOf("LogAccepted(uint256,address,address)"),
  BatchAppended: topicOf("BatchAppended(uint256,bytes32,bytes32,uint256)"),
  EntrySubmitted: topicOf("EntrySubmitted(uint256,bytes)"),
} as const;

/** Whether an event stands after another one in the chain. */
export function isAfter(a: EventPlace, b: EventPlace): boolean {
  return a.blockNumber > b.blockNumber || (a.blockNumber === b.blockNumber && a.logIndex > b.logIndex);
}

/** A log id as an event topic. */
export function logIdTopic(logId: number): string {
  return `0x${BigInt(logId).toString(16).padStart(64, "0")}`;
}

/**
 * Reads one raw event as `eth_getLogs` gives it.
 * @throws LOG_EVENT_INVALID for anything but the four events, of this log, in a mined block
 */
export function decodeLogEvent(raw: unknown, logId: number): LogEvent {
  const fields = new Fields(raw, "LOG_EVENT_INVALID", "event");
  const topics = fields.hexList("topics", 32, 4);
  const [topic0, topic1, topic2, topic3] = topics;
  if (!topic0 || !topic1 || to0x(topic1) !== logIdTopic(logId)) throw invalidEvent("it is of another log");
  const place = readPlace(fields);
  switch (to0x(topic0)) {
    case EVENT_TOPICS.LogOpened:
      return { ...place, name: "LogOpened", operator: readAddress(topic2) };
    case EVENT_TOPICS.LogAccepted:
      return { ...place, name: "LogAccepted", from: readAddress(topic2), to: readAddress(topic3) };
    case EVENT_TOPICS.BatchAppended:
      return { ...place, name: "BatchAppended", batch: decodeBatch(fields.hex("data", 96)) };
    case EVENT_TOPICS.EntrySubmitted:
      return { ...place, name: "EntrySubmitted", entry: decodeEntryData(fields.hex("data")) };
    default:
      throw invalidEvent("its first topic is not one of the log's events");
  }
}

/** root ‖ cidDigest ‖ position, where position = seq u64 ‖ firstIndex u64 ‖ count u64 in the low 192 bits. */
function decodeBatch(data: Uint8Array): AnchoredBatch {
  if (readUintBE(data.subarray(64, 72)) !== 0n) throw invalidEvent("its position has high bits set");
  const u64 = (offset: number): number => {
    const value = readUintBE(data.subarray(offset, offset + 8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidEvent("a number in it is too large");
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

/** The one way to ABI-encode (bytes): offset 32 ‖ length ‖ the entry ‖ zeroes up to a whole word. */
function decodeEntryData(data: Uint8Array): Uint8Array {
  const word = (offset: number): bigint => readUintBE(data.subarray(offset, offset + 32));
  if (data.length < 64 || word(0) !== 32n) throw invalidEvent("its data is no ABI-encoded entry");
  const length = word(32);
  if (length < 1n || length > BigInt(MAX_DIRECT_ENTRY_LENGTH)) {
    throw invalidEvent("the contract takes no entry of that size");
  }
  const end = 64 + Number(length);
  if (data.length !== Math.ceil(end / 32) * 32)
    throw invalidEvent("its data is longer or shorter than its entry");
  if (data.subarray(end).some((byte) => byte !== 0)) throw invalidEvent("its padding is not zero");
  return data.slice(64, end);
}

/** Where a raw event of `eth_getLogs` stands. @throws LOG_EVENT_INVALID unless it is in a mined block */
export function readPlace(fields: Fields): EventPlace {
  return {
    blockNumber: quantity(fields.string("blockNumber")),
    blockHash: to0x(fields.hex("blockHash", 32)),
    transactionHash: to0x(fields.hex("transactionHash", 32)),
    logIndex: quantity(fields.string("logIndex")),
  };
}

/** A JSON-RPC quantity as a safe integer. @throws LOG_EVENT_INVALID */
function quantity(text: string): number {
  const value = /^0x[0-9a-f]{1,14}$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalidEvent("a number in it is no JSON-RPC quantity");
  return value;
}

/** The address in an event's topic or word, 20 bytes. @throws LOG_EVENT_INVALID */
export function readAddress(topic: Uint8Array | undefined): Uint8Array {
  if (!topic || topic.subarray(0, 12).some((byte) => byte !== 0))
    throw invalidEvent("an address in it is malformed");
  return topic.slice(12);
}

/** What every reading of an event fails with. */
export function invalidEvent(why: string): TocsinError {
  return new TocsinError("LOG_EVENT_INVALID", `the RPC gave an event that cannot be read: ${why}`);
}
