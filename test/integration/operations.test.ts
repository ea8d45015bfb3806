import { describe, expect, it } from "vitest";
import type { RelayerProcess } from "../support/relayer.ts";
import { get, randomReport, type RelayerBench, submit, until, untilState } from "../support/relayerBench.ts";
import { useRelayerBench } from "../support/relayerHooks.ts";
import type { TestLog } from "../support/deploy.ts";
import { jsonLines, tocsin } from "../support/tocsin.ts";

const TOKEN = "a token of the test";

let bench: RelayerBench;
let log: TestLog;

useRelayerBench((...opened) => {
  [bench, log] = opened;
});

async function metricsOf(relayer: RelayerProcess): Promise<string> {
  return (await fetch(`${relayer.url}/metrics`)).text();
}

/** Waits until a batch is anchored, and a metric says so. */
async function anchorOne(relayer: RelayerProcess): Promise<string> {
  const { json } = await submit(relayer.url, randomReport());
  await untilState(relayer.url, json.leaf, "anchored", "finalized");
  return String(json.leaf);
}

describe("the metrics of a relayer that runs", () => {
  it("follow a report through its states, and count what was uploaded", async () => {
    const relayer = await bench.relayer(log);
    const report = randomReport();
    const { json } = await submit(relayer.url, report);
    await untilState(relayer.url, json.leaf, "anchored", "finalized");
    await submit(relayer.url, report);
    await submit(relayer.url, report.subarray(1));
    const text = await until(
      () => metricsOf(relayer),
      (answer) => /^tocsin_batches\{state="(anchored|finalized)"\} 1$/m.test(answer),
    );
    expect(text).toMatch(/^tocsin_reports\{state="received"\} 0$/m);
    expect(text).toMatch(/^tocsin_uploads_total\{result="accepted",code=""\} 1$/m);
    expect(text).toMatch(/^tocsin_uploads_total\{result="repeated",code=""\} 1$/m);
    expect(text).toMatch(/^tocsin_uploads_total\{result="refused",code="REPORT_[A-Z_]+"\} 1$/m);
    expect(text).toMatch(/^tocsin_rpc_requests_total\{method="eth_sendRawTransaction"\} [1-9]/m);
    expect(text).toMatch(/^tocsin_operator_balance_wei [1-9]/m);
    expect(text).toMatch(/^tocsin_block\{tag="latest"\} [1-9]/m);
    expect(text).toMatch(/^tocsin_leader 1$/m);
    expect(text).toMatch(/^tocsin_store_failures_total\{store="filesystem"\} 0$/m);
  });

  it("are for who knows the token, where one is set; the public sees no count of what waits", async () => {
    const relayer = await bench.relayer(log, { env: { TOCSIN_METRICS_TOKEN: TOKEN } });
    expect((await fetch(`${relayer.url}/metrics`)).status).toBe(403);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(`${relayer.url}/metrics`, { headers })).status).toBe(200);
    const { reports } = (await get(`${relayer.url}/v1/log`)).json;
    expect(Object.keys(reports as object)).toEqual(["sealed", "stored", "posted", "anchored", "finalized"]);

    const status = ["status", "--relayer", relayer.url, "--json"];
    const without = await tocsin(status, { env: { TOCSIN_METRICS_TOKEN: "" } });
    expect(jsonLines(without.stdout)).toEqual([
      expect.not.objectContaining({ operation: expect.anything() }),
    ]);
    const withToken = await tocsin(status, { env: { TOCSIN_METRICS_TOKEN: TOKEN } });
    expect(jsonLines(withToken.stdout)).toMatchObject([{ operation: { leader: true } }]);
  });
});

describe("finality", () => {
  it("is told apart from latest to finalized, by the relayer and by the chain itself", async () => {
    const relayer = await bench.relayer(log);
    const leaf = await anchorOne(relayer);
    const reportStatus = async (): Promise<string> =>
      (await tocsin(["report", "status", "--relayer", relayer.url, leaf])).stdout;
    expect(await reportStatus()).toMatch(/anchored, .*, in a block that may still be reorganised\n$/);
    const { batches } = (await get(`${relayer.url}/v1/batches`)).json as { batches: object[] };
    expect(batches).toMatchObject([{ state: "anchored", finality: "latest" }]);

    // Safe lies an epoch behind latest, finalized two.
    await bench.anvil.rpc("anvil_mine", ["0x28"]);
    const seen = await until(
      async () => (await get(`${relayer.url}/v1/reports/${leaf}`)).json.batch as { finality: string },
      ({ finality }) => finality !== "latest",
    );
    expect(["safe", "finalized"]).toContain(seen.finality);
    await bench.anvil.rpc("anvil_mine", ["0x80"]);
    await untilState(relayer.url, leaf, "finalized");
    expect(await reportStatus()).toMatch(/finalized, .*, in a block that is final\n$/);
    const account = await until(
      async () => (await get(`${relayer.url}/v1/log`)).json,
      ({ finality }) => (finality as { finalized: number }).finalized === 1,
    );
    const { latest, safe, finalized } = account.blocks as Record<"latest" | "safe" | "finalized", number>;
    expect(latest).toBeGreaterThanOrEqual(safe);
    expect(safe).toBeGreaterThanOrEqual(finalized);
  });
});

describe("tocsin status and top", () => {
  it("show the operator what waits, what it costs and how far the chain is", async () => {
    const relayer = await bench.relayer(log);
    await anchorOne(relayer);
    const json = await tocsin(["status", "--relayer", relayer.url, "--json"]);
    expect(json.code).toBe(0);
    expect(jsonLines(json.stdout)).toMatchObject([
      {
        ready: true,
        readiness: { leader: true, reasons: [], version: expect.stringMatching(/^\d/) },
        log: { blocks: { latest: expect.any(Number) }, finality: expect.any(Object) },
        operation: {
          states: { received: { count: 0, oldestAge: 0 } },
          blocks: { latest: expect.any(Number) },
          balanceWei: expect.any(Number),
          faults: [],
        },
      },
    ]);
    const text = await tocsin(["status", "--relayer", relayer.url]);
    expect(text.stdout).toMatch(/^ready +true$/m);
    expect(text.stdout).toMatch(/^leader +yes/m);
    expect(text.stdout).toMatch(/^state +reports +oldest +batches$/m);
    // Without a terminal it prints once and ends.
    const top = await tocsin(["top", "--relayer", relayer.url]);
    expect(top).toMatchObject({ code: 0, stderr: "" });
    expect(top.stdout).toMatch(/^READY, leads$/m);
    expect(top.stdout).toMatch(/^balance +[\d.]+ ether$/m);
    expect(top.stdout).not.toContain("\x1b");
  });

  it("say why a relayer is not ready", async () => {
    const relayer = await bench.relayer(log);
    const balance = await bench.anvil.rpc("eth_getBalance", [log.operator.address, "latest"]);
    await bench.anvil.rpc("anvil_setBalance", [log.operator.address, "0x0"]);
    await submit(relayer.url, randomReport());
    const ready = await until(
      () => get(`${relayer.url}/readyz`),
      ({ json }) => json.code === "OPERATOR_WITHOUT_FUNDS",
    );
    expect(ready.status).toBe(503);
    const status = await tocsin(["status", "--relayer", relayer.url]);
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/^because +OPERATOR_WITHOUT_FUNDS: /m);
    expect(await metricsOf(relayer)).toMatch(/^tocsin_fault\{code="OPERATOR_WITHOUT_FUNDS"\} 1$/m);
    await bench.anvil.rpc("anvil_setBalance", [log.operator.address, balance]);
  });
});

describe("receipts that promise more than the relayer may keep", () => {
  const WARNING = "a report may wait for its batch for longer than its receipt promises";
  const waiting = (anchorWithin: number): string[] => [
    "--seal-at-least",
    "10",
    "--seal-within",
    "600",
    "--anchor-within",
    String(anchorWithin),
  ];

  it("are warned of at the start, and others are not", async () => {
    const rash = await bench.relayer(log, { flags: waiting(600) });
    await until(
      () => Promise.resolve(rash.output()),
      (output) => output.includes(WARNING),
    );
    await bench.endRelayers();
    const careful = await bench.relayer(log, { flags: waiting(86_400) });
    await until(
      () => Promise.resolve(careful.output()),
      (output) => output.includes("relayer started"),
    );
    expect(careful.output()).not.toContain(WARNING);
  });
});
