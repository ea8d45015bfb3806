import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { fromHex, to0x } from "../bytes/hex.ts";
import type { Rpc } from "../check/rpc.ts";
import { bondAbi } from "./abi.ts";
import { readBondTerms, readCredit, readRelayerBond } from "./readBond.ts";

const abi = new Interface(bondAbi);
const [bond, registry, relayer] = ["b0", "4e", "4a"].map((byte) => fromHex(byte.repeat(20), "address")) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const values: Record<string, unknown[]> = {
  registry: [to0x(registry)],
  penalty: [2n ** 100n],
  counterBond: [5n],
  longestReceipt: [86_400],
  demandWindow: [7],
  answerPeriod: [8],
  withdrawalDelay: [86_407],
  bondOf: [3n, 2n, 1_800_000_000],
  creditOf: [9n],
};

/** An RPC whose contract answers as ethers encodes, unless told otherwise. */
function contract(change: Record<string, string> = {}, seen: unknown[][] = []): Rpc {
  return (method, params) => {
    expect(method).toBe("eth_call");
    const [{ to, data }] = params as [{ to: string; data: string }];
    expect(to).toBe(to0x(bond));
    const call = abi.parseTransaction({ data });
    seen.push([call?.name, ...(call?.args ?? [])]);
    const name = call?.name ?? "";
    return Promise.resolve(change[name] ?? abi.encodeFunctionResult(name, values[name]));
  };
}

describe("reading a bond", () => {
  it("asks and reads as ethers encodes", async () => {
    const seen: unknown[][] = [];
    expect(await readBondTerms(contract(), bond)).toEqual({
      registry,
      penalty: 2n ** 100n,
      counterBond: 5n,
      longestReceipt: 86_400,
      demandWindow: 7,
      answerPeriod: 8,
      withdrawalDelay: 86_407,
    });
    expect(await readRelayerBond(contract({}, seen), bond, 12, relayer)).toEqual({
      amount: 3n,
      reserved: 2n,
      withdrawableAt: 1_800_000_000,
    });
    expect(await readCredit(contract({}, seen), bond, relayer)).toBe(9n);
    const address = expect.stringMatching(new RegExp(to0x(relayer), "i"));
    expect(seen).toEqual([
      ["bondOf", 12n, address],
      ["creditOf", address],
    ]);
  });

  it.each([
    ["there is no contract", { registry: "0x" }, "BOND_UNKNOWN"],
    ["an answer is short", { penalty: `0x${"00".repeat(31)}` }, "BOND_UNKNOWN"],
    ["the registry is no address", { registry: `0x${"11".repeat(32)}` }, "BOND_UNKNOWN"],
    ["a period is past 2^53", { answerPeriod: `0x${"11".repeat(32)}` }, "RPC_INVALID"],
    ["an answer is no hex", { counterBond: "five" }, "RPC_INVALID"],
  ])("fails where %s", async (_, change, code) => {
    const refusal = { name: "TocsinError", code };
    await expect(readBondTerms(contract(change), bond)).rejects.toMatchObject(refusal);
  });

  it("tells another contract from an RPC that is away", async () => {
    const failing =
      (message: string): Rpc =>
      () =>
        Promise.reject(new Error(message));
    const reverting = readCredit(failing("execution reverted"), bond, relayer);
    await expect(reverting).rejects.toMatchObject({ code: "BOND_UNKNOWN" });
    const away = readCredit(failing("no answer"), bond, relayer);
    await expect(away).rejects.toMatchObject({ code: "RPC_UNAVAILABLE" });
  });
});
