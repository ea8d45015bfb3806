import { Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { EMPTY_LOG } from "@tocsin/protocol/log/state.ts";
import { JsonRpcError } from "../net/jsonRpc.ts";
import { BlockUnknownError } from "../ports/registry.ts";
import { EthersRegistry } from "./ethersRegistry.ts";

const KEY = Wallet.createRandom().privateKey;
const source = { registry: `0x${"ab".repeat(20)}`, logId: 1 };

type Answers = Record<string, (params: readonly unknown[]) => unknown>;

/** A registry behind an RPC that gives these answers. */
function connect(answers: Answers, key = KEY): Promise<EthersRegistry> {
  const rpc = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (method === "eth_chainId") return "0x1";
    const answer = answers[method];
    if (!answer) throw new JsonRpcError(`the method ${method} does not exist`);
    return answer(params);
  };
  return EthersRegistry.connect(rpc, source, key);
}

const fails = (words: string) => (): never => {
  throw new JsonRpcError(words);
};
const blockOf = (number: number): object => ({
  number: `0x${number.toString(16)}`,
  hash: `0x${"11".repeat(32)}`,
  timestamp: "0x5",
});

describe("blocks", () => {
  it.each([
    "header not found",
    "unknown block",
    "Unknown block number",
    "missing trie node 12ab (path )",
    "World state unavailable",
    "BlockOutOfRangeError: block height is 5 but requested was 9",
    "block not found: 0x9",
    "state 0x12 is not available",
  ])("that a node does not know are told apart from its other faults: %s", async (words) => {
    const registry = await connect({ eth_getBalance: fails(words), eth_call: fails(words) });
    await expect(registry.balance(9)).rejects.toThrow(BlockUnknownError);
    await expect(registry.head(9)).rejects.toThrow(BlockUnknownError);
  });

  it.each(["daily request limit exceeded", "execution reverted", "rate limit: blocks not available"])(
    "are not blamed for: %s",
    async (words) => {
      const registry = await connect({ eth_getBalance: fails(words) });
      await expect(registry.balance(9)).rejects.not.toThrow(BlockUnknownError);
    },
  );

  it("that a node answers with null are unknown", async () => {
    const registry = await connect({ eth_getBlockByNumber: () => null });
    await expect(registry.block(9)).rejects.toThrow(BlockUnknownError);
  });

  it.each(["safe block not found", "invalid argument 0: hex string without 0x prefix", "Unknown block tag"])(
    "count as finalized where there is none that is safe: %s",
    async (words) => {
      const registry = await connect({
        eth_getBlockByNumber: ([tag]) =>
          tag === "safe" ? fails(words)() : blockOf(tag === "finalized" ? 7 : 9),
      });
      expect(await registry.block("safe")).toMatchObject({ number: 7 });
    },
  );

  it("are not finalized but for the first where the node knows of none", async () => {
    const registry = await connect({
      eth_getBlockByNumber: ([tag]) => (tag === "0x0" ? blockOf(0) : fails("finalized block not found")()),
    });
    expect(await registry.block("finalized")).toMatchObject({ number: 0 });
    expect(await registry.block("safe")).toMatchObject({ number: 0 });
  });
});

describe("broadcast", () => {
  it("is content with a transaction that the node has, and passes on what it refuses", async () => {
    const known = await connect({ eth_sendRawTransaction: fails("already known") });
    await expect(known.broadcast("0x02")).resolves.toBeUndefined();
    const low = await connect({ eth_sendRawTransaction: fails("nonce too low") });
    await expect(low.broadcast("0x02")).rejects.toMatchObject({ code: "NONCE_TOO_LOW" });
    const away = await connect({
      eth_sendRawTransaction: () => {
        throw new Error("connect ECONNREFUSED");
      },
    });
    await expect(away.broadcast("0x02")).rejects.toMatchObject({ code: "RPC_UNAVAILABLE" });
  });
});

describe("transactions", () => {
  it("tell their gas limit", async () => {
    const registry = await connect({});
    const batch = {
      seq: 0,
      firstIndex: 0,
      count: 1,
      root: new Uint8Array(32),
      cidDigest: new Uint8Array(32),
    };
    const fees = { maxFeePerGas: 5n, maxPriorityFeePerGas: 1n };
    const { raw } = await registry.signAppend(EMPTY_LOG, batch, { ...fees, nonce: 3, gasLimit: 45_678n });
    expect(registry.gasLimitOf(raw)).toBe(45_678n);
  });
});
