import { expect, it } from "vitest";
import type { OwnReport } from "../report/ownReport.ts";
import type { Source } from "../sync/source.ts";
import { ownDelays } from "./ownDelays.ts";

const source: Source = {
  ...{ name: "", rpc: "https://rpc.example", chainId: 1, registry: `0x${"a1".repeat(20)}`, logId: 1 },
  ...{ gateways: ["https://gateway.example"], relayer: "" },
};

function reportOf(given: Partial<OwnReport>): OwnReport {
  return {
    ...{ leaf: "00", bytes: new Uint8Array(), createdAt: 100, covers: { from: 0, to: 1 } },
    ...{ memo: new Uint8Array(), log: source, relayer: "", state: "anchored" },
    ...given,
  };
}

const anchoredAt = (time: number) => ({
  anchor: { anchoredAt: time, transactionHash: "0x", blockNumber: 1 },
});

it("gives the anchored reports of the source's log alone, the first signed first", () => {
  const receipt = {
    ...{ chainId: 1, registry: new Uint8Array(20), logId: 1, leaf: new Uint8Array(32), deadline: 900 },
    signature: new Uint8Array(65),
  };
  const reports = [
    reportOf({ leaf: "02", createdAt: 300, ...anchoredAt(360), receipt }),
    reportOf({ leaf: "01", createdAt: 200, ...anchoredAt(400) }),
    reportOf({ leaf: "03", state: "received" }),
    reportOf({ leaf: "04", log: { ...source, logId: 2 }, ...anchoredAt(500) }),
  ];
  expect(ownDelays(reports, source)).toEqual([
    { leaf: "01", signedAt: 200, anchoredAt: 400, deadline: undefined },
    { leaf: "02", signedAt: 300, anchoredAt: 360, deadline: 900 },
  ]);
});
