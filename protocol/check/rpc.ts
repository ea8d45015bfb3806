import { Fields } from "../bytes/fields.ts";
import { fromHex, to0x } from "../bytes/hex.ts";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { TocsinError } from "../errors.ts";
import { decodeLogEvent, EVENT_TOPICS, logIdTopic, type LogEvent } from "../log/events.ts";

/** One Ethereum JSON-RPC call, whoever makes it. It may reject with anything; its answers are not trusted. */
export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>;

export interface Block {
  number: number;
  /** 0x and 32 bytes of hex. */
  hash: string;
  /** Unix seconds. */
  timestamp: number;
}

const HEAD_OF = to0x(keccak_256(utf8ToBytes("headOf(uint256)")).subarray(0, 4));

/** @throws RPC_UNAVAILABLE, RPC_INVALID */
export async function getChainId(rpc: Rpc): Promise<number> {
  return quantity(await call(rpc, "eth_chainId", []), "the chain id");
}

/** @param tag a block number or a tag of the JSON-RPC @throws RPC_UNAVAILABLE, RPC_INVALID */
export async function getBlock(rpc: Rpc, tag: number | "latest" | "safe" | "finalized"): Promise<Block> {
  const name = typeof tag === "number" ? toQuantity(tag) : tag;
  const fields = new Fields(
    await call(rpc, "eth_getBlockByNumber", [name, false]),
    "RPC_INVALID",
    `block ${tag}`,
  );
  return {
    number: quantity(fields.string("number"), "the block's number"),
    hash: to0x(fields.hex("hash", 32)),
    timestamp: quantity(fields.string("timestamp"), "the block's time"),
  };
}

/**
 * The head of a log as the contract holds it at a block, 32 bytes.
 * @param registry 20 bytes
 * @throws LOG_UNKNOWN when there is no registry or no such log, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function getHead(
  rpc: Rpc,
  registry: Uint8Array,
  logId: number,
  block: number,
): Promise<Uint8Array> {
  const data = HEAD_OF + logIdTopic(logId).slice(2);
  const answer = await call(rpc, "eth_call", [{ to: to0x(registry), data }, toQuantity(block)]);
  if (answer === "0x")
    throw new TocsinError("LOG_UNKNOWN", `there is no registry at ${to0x(registry)} on this chain`);
  const head = rpcHex(answer, "the log's head", 32);
  if (head.every((byte) => byte === 0)) {
    throw new TocsinError("LOG_UNKNOWN", `the registry ${to0x(registry)} has no log ${logId}`);
  }
  return head;
}

/**
 * All events of one log in a range of blocks, both ends included, in the order the RPC gives them. Where the RPC
 * refuses a range as too large, it is asked for both halves.
 * @throws RPC_UNAVAILABLE, RPC_INVALID, LOG_EVENT_INVALID
 */
export async function getLogEvents(
  rpc: Rpc,
  registry: Uint8Array,
  logId: number,
  fromBlock: number,
  toBlock: number,
): Promise<LogEvent[]> {
  const filter = {
    address: to0x(registry),
    topics: [Object.values(EVENT_TOPICS), logIdTopic(logId)],
    fromBlock: toQuantity(fromBlock),
    toBlock: toQuantity(toBlock),
  };
  let answer: unknown;
  try {
    answer = await call(rpc, "eth_getLogs", [filter]);
  } catch (error) {
    if (fromBlock >= toBlock || !isRangeRefusal(error)) throw error;
    const middle = Math.floor((fromBlock + toBlock) / 2);
    const first = await getLogEvents(rpc, registry, logId, fromBlock, middle);
    return [...first, ...(await getLogEvents(rpc, registry, logId, middle + 1, toBlock))];
  }
  if (!Array.isArray(answer)) throw new TocsinError("RPC_INVALID", "the RPC gave no list of events");
  return answer.map((raw: unknown) => decodeLogEvent(raw, logId));
}

/** Providers word it in many ways: too many results, range too large, limit exceeded. */
function isRangeRefusal(error: unknown): boolean {
  return /range|limit|too many|exceed|more than|response size/i.test((error as Error).message);
}

async function call(rpc: Rpc, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await rpc(method, params);
  } catch (error) {
    throw new TocsinError("RPC_UNAVAILABLE", `the RPC did not answer ${method}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Wallets and providers reject with an Error, with JSON-RPC's plain {code, message}, or with a string. */
function reasonOf(error: unknown): string {
  const reason: unknown = typeof error === "object" && error && "message" in error ? error.message : error;
  return typeof reason === "string" ? reason : "it gives no reason";
}

function rpcHex(value: unknown, name: string, length: number): Uint8Array {
  try {
    return fromHex(value, name, length);
  } catch (error) {
    throw new TocsinError("RPC_INVALID", (error as Error).message, { cause: error });
  }
}

function quantity(value: unknown, name: string): number {
  const number = typeof value === "string" && /^0x[0-9a-f]{1,14}$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new TocsinError("RPC_INVALID", `${name} is no JSON-RPC quantity`);
  return number;
}

function toQuantity(value: number): string {
  return `0x${value.toString(16)}`;
}
