import { expect, it } from "vitest";
import type { DemandEvent, Demanded } from "@tocsin/protocol/bond/events.ts";
import { receiptToJson, signReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import type { OwnReport } from "../report/ownReport.ts";
import { readSourceLink } from "../sync/sourceLink.ts";
import { stateDemands } from "./bondState.ts";
import { strandedReports } from "./directReport.ts";
import { foldManagement, type ManagementEvent } from "./logManagement.ts";
import { newLogLink } from "./newLogLink.ts";
import { readReceiptFile } from "./receiptFile.ts";
import { readTarget, targetsOf } from "./target.ts";

const registry = `0x${"ab".repeat(20)}` as const;
const SUCCESSOR = `0x${"22".repeat(20)}`;
const NOBODY = `0x${"00".repeat(20)}`;
const target = { rpc: "http://127.0.0.1:8545", chainId: 31_337, registry };

type Said = { name: "UriSet"; uri: string } | { name: "LogOffered"; to: string } | { name: "LogAccepted" };
const said = (...all: Said[]): ManagementEvent[] =>
  all.map((each, logIndex) => ({ ...each, blockNumber: 1, blockHash: "", transactionHash: "", logIndex }));

it("takes the last URI and the offer that is neither accepted nor taken back", () => {
  const opened = { name: "UriSet", uri: "a" } as const;
  const offered = { name: "LogOffered", to: SUCCESSOR } as const;
  expect(foldManagement(said(opened))).toEqual({ uri: "a" });
  const open = foldManagement(said(opened, offered, { name: "UriSet", uri: "b" }));
  expect(open).toEqual({ uri: "b", offeredTo: SUCCESSOR });
  expect(foldManagement(said(opened, offered).reverse())).toEqual({ uri: "a", offeredTo: SUCCESSOR });
  expect(foldManagement(said(opened, offered, { name: "LogAccepted" }))).toEqual({ uri: "a" });
  expect(foldManagement(said(opened, offered, { name: "LogOffered", to: NOBODY }))).toEqual({ uri: "a" });
});

it("tells open, claimable, answered and claimed demands from each other", () => {
  const demand = (demandId: string, answerBy: number): Demanded =>
    ({ name: "Demanded", demandId, answerBy }) as Demanded;
  const end = (name: "Answered" | "Claimed", demandId: string): DemandEvent =>
    ({ name, demandId }) as DemandEvent;
  const demands = [demand("a", 100), demand("b", 99), demand("c", 1), demand("d", 1)];
  const states = stateDemands(demands, [...demands, end("Answered", "c"), end("Claimed", "d")], 100);
  expect(states.map(({ state }) => state)).toEqual(["open", "claimable", "answered", "claimed"]);
});

it("reads receipts as the command line prints them, and refuses what is none", () => {
  const promise = {
    chainId: 1,
    registry: new Uint8Array(20),
    logId: 2,
    leaf: new Uint8Array(32).fill(3),
    deadline: 4,
  };
  const receipt = signReceipt(promise, new Uint8Array(32).fill(5));
  const json = receiptToJson(receipt);
  const several = { receipts: [{ leaf: json.leaf, receipt: json }, json], failed: [] };
  expect(readReceiptFile(JSON.stringify(json))).toEqual([receipt]);
  expect(readReceiptFile(JSON.stringify({ state: "received", receipt: json }))).toEqual([receipt]);
  expect(readReceiptFile(JSON.stringify(several))).toEqual([receipt, receipt]);
  for (const none of [
    "",
    "nothing",
    "null",
    "[]",
    "{}",
    '{"receipts":[]}',
    '{"receipts":[null]}',
    '{"receipt":7}',
  ]) {
    expect(() => readReceiptFile(none), none).toThrow(expect.objectContaining({ code: "RECEIPT_INVALID" }));
  }
});

it("offers own reports that the relayer did not take, or did not anchor in time", () => {
  const report = (leaf: string, rest: object): OwnReport =>
    ({ leaf, log: { chainId: 31_337, registry, logId: 1 }, state: "received", ...rest }) as OwnReport;
  const late = { receipt: { deadline: 99 } };
  const reports = [
    report("unsent", { state: "unsent" }),
    report("in time", { receipt: { deadline: 100 } }),
    report("late", late),
    report("anchored", { ...late, state: "anchored" }),
    report("of another log", { state: "unsent", log: { chainId: 31_337, registry, logId: 2 } }),
    report("of another chain", { state: "unsent", log: { chainId: 1, registry, logId: 1 } }),
  ];
  expect(strandedReports(reports, target, 1, 100).map(({ leaf }) => leaf)).toEqual(["unsent", "late"]);
});

it("links to the screen that follows a new log, with what is known of it", () => {
  const log = { ...target, logId: 3, fromBlock: 9 };
  expect(readSourceLink(newLogLink(log, "https://relayer.invalid"))).toMatchObject({
    ...{ rpc: target.rpc, chainId: "31337", registry, logId: "3", fromBlock: "9" },
    ...{ gateways: "https://relayer.invalid", relayer: "https://relayer.invalid" },
  });
  expect(readSourceLink(newLogLink(log, "by carrier pigeon"))).toMatchObject({ gateways: "", relayer: "" });
});

it("names each registry once, and the field that was entered wrongly", async () => {
  const source = { ...target, name: "", logId: 1, gateways: ["https://a.invalid"], relayer: "" };
  expect(
    targetsOf([source, { ...source, logId: 2, rpc: "https://b.invalid" }, { ...source, chainId: 1 }]),
  ).toEqual([target, { ...target, chainId: 1 }]);
  const wrong = await readTarget({ rpc: "file:///etc", registry: "0x12" });
  expect("errors" in wrong && Object.keys(wrong.errors).sort()).toEqual(["registry", "rpc"]);
  const right = await readTarget({ rpc: "https://b.invalid/key", registry: "0x12" });
  expect("errors" in right && Object.keys(right.errors)).toEqual(["registry"]);
});
