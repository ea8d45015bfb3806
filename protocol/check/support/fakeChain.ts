import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { uintBE } from "../../bytes/bytes.ts";
import { to0x, toHex } from "../../bytes/hex.ts";
import { appendDirect } from "../../log/direct.ts";
import { EVENT_TOPICS, logIdTopic } from "../../log/events.ts";
import { appendBatch, EMPTY_LOG, headOf, type AnchoredBatch, type LogState } from "../../log/state.ts";
import { leafHash } from "../../tree/hash.ts";
import type { Rpc } from "../rpc.ts";

/** Something that a transaction does to a log. Addresses are 20 bytes. */
export type LogChange =
  | { name: "open"; logId: number; operator: Uint8Array }
  | { name: "accept"; logId: number; to: Uint8Array }
  | { name: "append"; logId: number; batch: Pick<AnchoredBatch, "root" | "cidDigest" | "count"> }
  | { name: "submitDirect"; logId: number; entry: Uint8Array };

/** An event as `eth_getLogs` gives it. */
export interface RawEvent {
  address: string;
  topics: string[];
  data: string;
  blockNumber: string;
  blockHash: string;
  transactionHash: string;
  transactionIndex: string;
  logIndex: string;
  removed: boolean;
}

interface Log {
  operator: Uint8Array;
  state: LogState;
  directHead: Uint8Array;
}

interface FakeBlock {
  hash: string;
  timestamp: number;
  events: RawEvent[];
  /** Every log as of the end of the block. */
  logs: ReadonlyMap<number, Log>;
}

export const FAKE_CHAIN_ID = 31_337;
const selectorOf = (signature: string): string => to0x(keccak_256(utf8ToBytes(signature))).slice(0, 10);
const HEAD_OF = selectorOf("headOf(uint256)");
const DIRECT_HEAD_OF = selectorOf("directHeadOf(uint256)");

/** A chain in memory with one registry, which answers the four JSON-RPC calls that a check makes. */
export class FakeChain {
  readonly registry = new Uint8Array(20).fill(0xa1);
  readonly #blocks: FakeBlock[] = [];
  #forks = 0;

  constructor() {
    this.mine(0);
  }

  /** The number of the newest block. */
  get height(): number {
    return this.#blocks.length - 1;
  }

  /** Mines one block with these changes, a transaction each. */
  mine(timestamp: number, ...changes: LogChange[]): void {
    const number = this.#blocks.length;
    const hash = hashOf("block", number, timestamp, this.#forks);
    const logs = new Map(this.#blocks.at(-1)?.logs);
    const events = changes.map((change, index) => ({
      address: to0x(this.registry),
      ...applyChange(logs, change),
      blockNumber: quantity(number),
      blockHash: hash,
      transactionHash: hashOf("transaction", number, index, this.#forks),
      transactionIndex: quantity(index),
      logIndex: quantity(index),
      removed: false,
    }));
    this.#blocks.push({ hash, timestamp, events, logs });
  }

  /** Drops the newest blocks; what is mined afterwards has other hashes. */
  dropBlocks(count: number): void {
    this.#blocks.splice(-count);
    this.#forks++;
  }

  readonly rpc: Rpc = (method, params) =>
    new Promise((resolve) => {
      resolve(this.#answer(method, params));
    });

  #answer(method: string, params: readonly unknown[]): unknown {
    switch (method) {
      case "eth_chainId":
        return quantity(FAKE_CHAIN_ID);
      case "eth_getBlockByNumber":
        return this.#block(params[0] as string);
      case "eth_call":
        return this.#call(params[0] as { to: string; data: string }, params[1] as string);
      case "eth_getLogs":
        return this.#events(params[0] as EventFilter);
      default:
        throw new Error(`the method ${method} does not exist`);
    }
  }

  #block(tag: string): unknown {
    const number = tag.startsWith("0x") ? Number(tag) : this.height;
    const block = this.#blocks[number];
    if (!block) return null;
    return { number: quantity(number), hash: block.hash, timestamp: quantity(block.timestamp) };
  }

  #call({ to, data }: { to: string; data: string }, tag: string): string {
    if (to !== to0x(this.registry)) return "0x";
    const log = this.#blocks[Number(tag)]?.logs.get(Number(`0x${data.slice(10)}`));
    if (data.startsWith(DIRECT_HEAD_OF)) return to0x(log?.directHead ?? new Uint8Array(32));
    if (!data.startsWith(HEAD_OF)) throw new Error("execution reverted");
    return to0x(log ? headOf(log.operator, log.state) : new Uint8Array(32));
  }

  #events(filter: EventFilter): RawEvent[] {
    return this.#blocks
      .slice(Number(filter.fromBlock), Number(filter.toBlock) + 1)
      .flatMap((block) => block.events)
      .filter((event) => event.address === filter.address)
      .filter((event) => {
        const [names, logId] = filter.topics;
        return names.includes(event.topics[0] as string) && event.topics[1] === logId;
      });
  }
}

interface EventFilter {
  address: string;
  topics: [string[], string];
  fromBlock: string;
  toBlock: string;
}

function applyChange(logs: Map<number, Log>, change: LogChange): { topics: string[]; data: string } {
  const id = logIdTopic(change.logId);
  if (change.name === "open") {
    logs.set(change.logId, {
      operator: change.operator,
      state: EMPTY_LOG,
      directHead: new Uint8Array(32),
    });
    return {
      topics: [EVENT_TOPICS.LogOpened, id, addressTopic(change.operator)],
      data: abiBytes(utf8ToBytes("https://relayer.example")),
    };
  }
  const log = logs.get(change.logId);
  if (!log) throw new Error(`log ${change.logId} is not open`);
  if (change.name === "accept") {
    logs.set(change.logId, { ...log, operator: change.to });
    return {
      topics: [EVENT_TOPICS.LogAccepted, id, addressTopic(log.operator), addressTopic(change.to)],
      data: "0x",
    };
  }
  if (change.name === "submitDirect") {
    const directHead = appendDirect(log.directHead, leafHash(change.entry));
    logs.set(change.logId, { ...log, directHead });
    return { topics: [EVENT_TOPICS.EntrySubmitted, id], data: abiBytes(change.entry) };
  }
  const { root, cidDigest, count } = change.batch;
  const { size, total } = log.state;
  logs.set(change.logId, { ...log, state: appendBatch(log.state, { root, cidDigest, count }) });
  const position = concatBytes(new Uint8Array(8), uintBE(size, 8), uintBE(total, 8), uintBE(count, 8));
  return { topics: [EVENT_TOPICS.BatchAppended, id], data: to0x(concatBytes(root, cidDigest, position)) };
}

/** One dynamic value, as the ABI encodes it. */
function abiBytes(bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil(bytes.length / 32) * 32);
  padded.set(bytes);
  return to0x(concatBytes(uintBE(32, 32), uintBE(bytes.length, 32), padded));
}

function addressTopic(address: Uint8Array): string {
  return `0x${"00".repeat(12)}${toHex(address)}`;
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}

function hashOf(...parts: (string | number)[]): string {
  return to0x(keccak_256(utf8ToBytes(parts.join(" "))));
}
