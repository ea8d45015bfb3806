import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { to0x } from "../bytes/hex.ts";
import { registryAbi } from "../log/abi.ts";
import { headOf } from "../log/state.ts";
import { getBlock, getChainId, getHead, getLogEvents, type Rpc } from "./rpc.ts";
import { Community, entryOf, LOG_ID, OPERATOR } from "./support/community.ts";
import { FAKE_CHAIN_ID } from "./support/fakeChain.ts";

const community = new Community();
for (let i = 0; i < 9; i++) community.publish(100 + i, entryOf(i + 1, 1, 2));
const { chain } = community;
const { rpc, registry, height } = chain;

const answering =
  (answer: unknown): Rpc =>
  async () =>
    answer;

describe("the JSON-RPC calls", () => {
  it("are answered by the chain in memory as ethers encodes and reads them", async () => {
    const abi = new Interface(registryAbi);
    const data = abi.encodeFunctionData("headOf", [LOG_ID]);
    const answer = await rpc("eth_call", [{ to: to0x(registry), data }, `0x${height.toString(16)}`]);
    const [head] = abi.decodeFunctionResult("headOf", answer as string) as unknown as [string];
    expect(to0x(await getHead(rpc, registry, LOG_ID, height))).toBe(head);
    const filter = { address: to0x(registry), fromBlock: "0x0", toBlock: "0xff" };
    const topics = [["LogOpened", "BatchAppended"].map((name) => abi.getEvent(name)!.topicHash)];
    const id = `0x${LOG_ID.toString(16).padStart(64, "0")}`;
    const raw = (await rpc("eth_getLogs", [{ ...filter, topics: [...topics, id] }])) as {
      topics: string[];
      data: string;
    }[];
    const names = raw.map((event) => abi.parseLog(event)?.name);
    expect(names).toEqual(["LogOpened", ...new Array<string>(9).fill("BatchAppended")]);
    expect(abi.parseLog(raw[3]!)?.args.root).toBe(to0x(community.batches[2]!.tree.root));
    expect(BigInt(abi.parseLog(raw[3]!)?.args.position)).toBe((2n << 128n) | (2n << 64n) | 1n);
  });

  it("read chain id, blocks, head and events", async () => {
    expect(await getChainId(rpc)).toBe(FAKE_CHAIN_ID);
    expect(await getBlock(rpc, "latest")).toMatchObject({ number: height, timestamp: 108 });
    expect(await getBlock(rpc, 2)).toMatchObject({ number: 2, timestamp: 100 });
    expect(await getHead(rpc, registry, LOG_ID, 1)).toEqual(
      headOf(OPERATOR, { size: 0, total: 0, peaks: [] }),
    );
    expect(await getLogEvents(rpc, registry, LOG_ID, 0, height)).toHaveLength(10);
    expect(await getLogEvents(rpc, registry, LOG_ID, 3, 4)).toHaveLength(2);
  });

  it("say when there is no registry or no such log", async () => {
    const unknown = expect.objectContaining({ code: "LOG_UNKNOWN" });
    await expect(getHead(rpc, OPERATOR, LOG_ID, height)).rejects.toThrow(unknown);
    await expect(getHead(rpc, registry, LOG_ID + 1, height)).rejects.toThrow(unknown);
  });

  it.each([
    ["an Error", new Error("query returned more than 10000 results")],
    ["a JSON-RPC error object", { code: -32_005, message: "block range limit exceeded" }],
    ["a string", "exceeds max block range 2"],
  ])("ask for halves of a range that is refused with %s", async (_, refusal) => {
    const ranges: number[] = [];
    const narrow: Rpc = async (method, params) => {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      const length = Number(toBlock) - Number(fromBlock) + 1;
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a provider rejects with what it likes
      if (length > 2) throw refusal;
      ranges.push(length);
      return rpc(method, params);
    };
    expect(await getLogEvents(narrow, registry, LOG_ID, 0, height)).toEqual(
      await getLogEvents(rpc, registry, LOG_ID, 0, height),
    );
    expect(ranges.reduce((sum, length) => sum + length)).toBe(height + 1);
  });

  it("give up on an RPC that refuses every range, after a few calls", async () => {
    let calls = 0;
    const refusing: Rpc = async () => {
      calls++;
      throw new Error("rate limit exceeded");
    };
    await expect(getLogEvents(refusing, registry, LOG_ID, 0, 20_000_000)).rejects.toThrow(
      expect.objectContaining({ code: "RPC_UNAVAILABLE" }),
    );
    expect(calls).toBeLessThan(40);
  });

  it.each([
    new Error("no network"),
    { code: 4900, message: "disconnected" },
    "offline",
    undefined,
    null,
    7,
    Object.create(null),
    { message: 7 },
  ])("fail with one code when the RPC rejects with %o", async (reason) => {
    const broken: Rpc = async () => {
      throw reason;
    };
    const unavailable = expect.objectContaining({ code: "RPC_UNAVAILABLE" });
    await expect(getChainId(broken)).rejects.toThrow(unavailable);
    await expect(getBlock(broken, "latest")).rejects.toThrow(unavailable);
    await expect(getHead(broken, registry, LOG_ID, 1)).rejects.toThrow(unavailable);
    await expect(getLogEvents(broken, registry, LOG_ID, 0, 9)).rejects.toThrow(unavailable);
  });

  it.each([null, undefined, 7, {}, "", "0xzz", "0x1", `0x${"11".repeat(33)}`, [], true])(
    "refuse the answer %j where it makes no sense",
    async (answer) => {
      const strange = answering(answer);
      const invalid = expect.objectContaining({ code: "RPC_INVALID" });
      await expect(getBlock(strange, 1)).rejects.toThrow(invalid);
      await expect(getHead(strange, registry, LOG_ID, 1)).rejects.toThrow(invalid);
      if (answer !== "0x1") await expect(getChainId(strange)).rejects.toThrow(invalid);
      if (!Array.isArray(answer))
        await expect(getLogEvents(strange, registry, LOG_ID, 0, 1)).rejects.toThrow(invalid);
    },
  );
});
