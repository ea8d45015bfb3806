import { decodeEventLog, type Hex } from "viem";
import { Fields } from "@tocsin/protocol/bytes/fields.ts";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { getRawEvents, type Rpc } from "@tocsin/protocol/check/rpc.ts";
import {
  EVENT_TOPICS,
  isAfter,
  logIdTopic,
  readPlace,
  topicOf,
  type EventPlace,
} from "@tocsin/protocol/log/events.ts";
import { registryAbi } from "./abi.ts";

/** What an operator said of a log. The contract's head does not commit it: it is as the RPC tells it. */
export interface LogManagement {
  /** Where the relayer can be reached; anybody's text. */
  uri: string;
  /** To whom the log is on offer, with its checksum. */
  offeredTo?: string;
}

/** An event about the operator of a log. */
export type ManagementEvent = EventPlace &
  ({ name: "UriSet"; uri: string } | { name: "LogOffered"; to: string } | { name: "LogAccepted" });

const TOPICS = [
  EVENT_TOPICS.LogOpened,
  EVENT_TOPICS.LogAccepted,
  topicOf("LogOffered(uint256,address,address)"),
  topicOf("UriSet(uint256,string)"),
];
const NOBODY = `0x${"00".repeat(20)}`;

/** @throws RPC_UNAVAILABLE, RPC_INVALID, LOG_EVENT_INVALID */
export async function readLogManagement(
  rpc: Rpc,
  log: { registry: string; logId: number },
  fromBlock: number,
  toBlock: number,
): Promise<LogManagement> {
  const registry = fromHex(log.registry, "registry", 20);
  const raw = await getRawEvents(rpc, registry, [TOPICS, logIdTopic(log.logId)], fromBlock, toBlock);
  return foldManagement(raw.flatMap(decodeManagementEvent));
}

/** The newest URI, and the offer that is open: accepting a log uses its offer up. */
export function foldManagement(events: readonly ManagementEvent[]): LogManagement {
  let management: LogManagement = { uri: "" };
  for (const event of events.toSorted((a, b) => (isAfter(a, b) ? 1 : -1))) {
    if (event.name === "UriSet") management = { ...management, uri: event.uri };
    else if (event.name === "LogOffered" && event.to !== NOBODY)
      management = { ...management, offeredTo: event.to };
    else management = { uri: management.uri };
  }
  return management;
}

/** One event, or none where its data is not what the contract writes. @throws LOG_EVENT_INVALID */
function decodeManagementEvent(raw: unknown): ManagementEvent[] {
  const fields = new Fields(raw, "LOG_EVENT_INVALID", "event");
  const place = readPlace(fields);
  const topics = fields.hexList("topics", 32, 4).map((topic) => to0x(topic) as Hex) as [Hex, ...Hex[]];
  try {
    const event = decodeEventLog({ abi: registryAbi, topics, data: to0x(fields.hex("data")) as Hex });
    // A log's opening names its first URI.
    if (event.eventName === "LogOpened" || event.eventName === "UriSet") {
      return [{ ...place, name: "UriSet", uri: event.args.uri }];
    }
    if (event.eventName === "LogAccepted") return [{ ...place, name: "LogAccepted" }];
    return [{ ...place, name: "LogOffered", to: event.args.to }];
  } catch {
    return [];
  }
}
