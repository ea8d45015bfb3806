import { expect, it } from "vitest";
import { toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { encodeCoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { COEPI_PATHS } from "../../relayer/http/coepi.ts";
import { OldClient } from "../../relayer/http/support/oldClient.ts";
import { randomReport, type RelayerBench, until } from "../support/relayerBench.ts";
import { useRelayerBench } from "../support/relayerHooks.ts";
import type { TestLog } from "../support/deploy.ts";

const D =
  "D7Z8XrufMgfsFH3K5COnv17IFG2ahDb4VM/UMK/5y0+/OtUVVTh7sN0DQ5+R+ocecTilR+SIIpPHzujeJdJzugEAECcAFAEAmmq5XgAAAACaarleAAAAACEBo8p1WdGeXb5O5/3kN6x7GSylgiYGIGsABl3NrxhJu9XHwsN3f6yvRwUxs2fhP4oU5E3+JWabBP6v09pGV1xRCw==";
const E =
  "rOFMgzy3y36MJns34Xj7EZu5Dti9XMhYGRpa/DVznep6q4hMtMYm9sYMg9+sRSHAj0Ff2rHTPXskuzJH0+pZMQEAAgAAFAEAnazaXgAAAAD//////////wMAMFLrKLNOvwUJQSNta9rlzTyjFdpfq25Kv34c6y+ZOoSzRewzNAWsd56Yzm8LUw9cpHB8yyzDUMJ9YTKhD8dADA==";
const F =
  "rSqWpM3ZQm7hfQ3q2x2llnFHiNhyRrUQPKEtJ33VKQcwT7Ly6e4KGaj5ZzjWt0m4c0v5n/VH5HO9UXbPXvsQTgEAQQAALFVtMVdNbHBZU1hOSlJYaDJZek5OWjJJeVdXZFpXRUozV2xoU2NHUkhWVDA9jn0pZAeME6ZBRHJOlfIikyfS0Pjg6l0txhhz6hz4exTxv8ryA3/Z26OebSRwzRfRgLdWBfohaOwOcSaynKqVCg==";

let bench: RelayerBench;
let log: TestLog;

useRelayerBench((...opened) => {
  [bench, log] = opened;
});

function post(url: string, body: string, type: string): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": type }, body });
}

it("old clients report on every path and read each other's reports once, and never what would crash them", async () => {
  // D covers ten thousand numbers.
  const relayer = await bench.relayer(log, { flags: ["--max-span", "10000"] });
  const [first, second, third] = COEPI_PATHS.map((path) => relayer.url + path) as [string, string, string];
  const clients = COEPI_PATHS.map((path) => {
    return new OldClient(async (target) => {
      const answer = await fetch(relayer.url + target, { headers: { "content-type": "application/json" } });
      return { status: answer.status, body: await answer.text() };
    }, path);
  });
  for (const client of clients) await client.poll(Date.now() / 1000);

  for (const [url, body, type] of [
    [first, D, "application/json"],
    [second, E, "text/plain"],
    [third, F, "application/json"],
    [first, D, "text/plain"],
  ] as const) {
    const answer = await post(url, body, type);
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  }
  // What came another way is read by old clients as well.
  const memo = encodeCoEpiMemo({ reportTime: 1n, cough: "dry", fever: "mild", symptoms: [] });
  const rak = crypto.getRandomValues(new Uint8Array(32));
  const modern = createSignedReport(rak, { j1: 1, j2: 24, memoType: 0, memo }).bytes;
  await fetch(`${relayer.url}/v1/reports`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(modern),
  });

  const expected = [D, E, toBase64(modern)].toSorted();
  for (const client of clients) {
    const counts = await until(
      async () => {
        await client.poll(Date.now() / 1000);
        return client.counts();
      },
      ({ size }) => size >= expected.length,
    );
    expect([...counts.keys()].toSorted()).toEqual(expected);
    expect(new Set(counts.values())).toEqual(new Set([1]));
  }
});

it("a report that a new client cannot send is refused for an old one too, with the old status", async () => {
  const relayer = await bench.relayer(log, { flags: ["--reports-per-minute", "6"] });
  const url = relayer.url + COEPI_PATHS[0];
  const refused: [string, number, string][] = [
    ["not base64", 400, "BASE64_INVALID"],
    [toBase64(fromHex("00".repeat(200), "zeros")), 400, "REPORT_INDEX_INVALID"],
    [D, 400, "REPORT_SPAN_TOO_LONG"],
    [
      toBase64(randomReport().map((byte, i) => (i === 150 ? byte ^ 1 : byte))),
      401,
      "REPORT_SIGNATURE_INVALID",
    ],
    ["A".repeat(4_097), 413, "BODY_TOO_LARGE"],
  ];
  for (const [body, status, code] of refused) {
    const answer = await post(url, body, "application/json");
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  }
  const limited = await until(
    () => post(url, "not base64", "text/plain"),
    ({ status }) => status === 429,
  );
  expect(await limited.json()).toMatchObject({ code: "RATE_LIMITED" });
});
