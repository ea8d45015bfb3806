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

/** The four bytes that name a function of a contract, hex. */
export const selectorOf = (signature: string): string =>
  to0x(keccak_256(utf8ToBytes(signature)).subarray(0, 4));
const HEAD_OF = selectorOf("headOf(uint256)");
const DIRECT_HEAD_OF = selectorOf("directHeadOf(uint256)");

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
  const head = await callRegistry(rpc, HEAD_OF, registry, logId, block);
  if (head.every((byte) => byte === 0)) {
    throw new TocsinError("LOG_UNKNOWN", `the registry ${to0x(registry)} has no log ${logId}`);
  }
  return head;
}

/**
 * The head of a log's direct lane as the contract holds it at a block, 32 bytes; zero while nothing was sent directly.
 * @param registry 20 bytes
 * @throws LOG_UNKNOWN when there is no registry, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function getDirectHead(
  rpc: Rpc,
  registry: Uint8Array,
  logId: number,
  block: number,
): Promise<Uint8Array> {
  return callRegistry(rpc, DIRECT_HEAD_OF, registry, logId, block);
}

async function callRegistry(
  rpc: Rpc,
  selector: string,
  registry: Uint8Array,
  logId: number,
  block: number,
): Promise<Uint8Array> {
  const data = selector + logIdTopic(logId).slice(2);
  const answer = await call(rpc, "eth_call", [{ to: to0x(registry), data }, toQuantity(block)]);
  if (answer === "0x")
    throw new TocsinError("LOG_UNKNOWN", `there is no registry at ${to0x(registry)} on this chain`);
  return rpcHex(answer, "the log's head", 32);
}

/**
 * All events of one log in a range of blocks, both ends included, in the order the RPC gives them.
 * @throws RPC_UNAVAILABLE, RPC_INVALID, LOG_EVENT_INVALID
 */
export async function getLogEvents(
  rpc: Rpc,
  registry: Uint8Array,
  logId: number,
  fromBlock: number,
  toBlock: number,
): Promise<LogEvent[]> {
  const topics = [Object.values(EVENT_TOPICS), logIdTopic(logId)];
  const events = await getRawEvents(rpc, registry, topics, fromBlock, toBlock);
  return events.map((raw) => decodeLogEvent(raw, logId));
}

/**
 * A contract's events in a range of blocks, both ends included, as the RPC gives them. Where the RPC refuses a range as
 * too large, it is asked for both halves.
 * @param topics as `eth_getLogs` takes them: null stands for any topic, a list for one of several
 * @throws RPC_UNAVAILABLE, RPC_INVALID
 */
export async function getRawEvents(
  rpc: Rpc,
  contract: Uint8Array,
  topics: readonly (string | readonly string[] | null)[],
  fromBlock: number,
  toBlock: number,
): Promise<unknown[]> {
  const range = { fromBlock: toQuantity(fromBlock), toBlock: toQuantity(toBlock) };
  let answer: unknown;
  try {
    answer = await call(rpc, "eth_getLogs", [{ address: to0x(contract), topics, ...range }]);
  } catch (error) {
    if (fromBlock >= toBlock || !isRangeRefusal(error)) throw error;
    const middle = Math.floor((fromBlock + toBlock) / 2);
    const first = await getRawEvents(rpc, contract, topics, fromBlock, middle);
    return [...first, ...(await getRawEvents(rpc, contract, topics, middle + 1, toBlock))];
  }
  if (!Array.isArray(answer)) throw new TocsinError("RPC_INVALID", "the RPC gave no list of events");
  return answer as unknown[];
}

/**
 * What a contract answers to a call as of the newest block; no bytes where there is no contract.
 * @param contract 20 bytes
 * @param data selector and arguments, hex
 * @throws RPC_UNAVAILABLE (also where the contract reverts), RPC_INVALID
 */
export async function callContract(rpc: Rpc, contract: Uint8Array, data: string): Promise<Uint8Array> {
  const answer = await call(rpc, "eth_call", [{ to: to0x(contract), data }, "latest"]);
  return rpcHex(answer, "the contract's answer");
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

function rpcHex(value: unknown, name: string, length?: number): Uint8Array {
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
