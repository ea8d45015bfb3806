import { describe, expect, it } from "vitest";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { verifyProofOnChain } from "@tocsin/protocol/check/verifyOnChain.ts";
import { readProof } from "@tocsin/protocol/log/proofFile.ts";
import { addressBytes, type TestLog } from "../support/deploy.ts";
import { startRelayerProcess } from "../support/relayer.ts";
import {
  get,
  randomReport,
  type RelayerBench,
  submit,
  until,
  untilState,
  type Json,
} from "../support/relayerBench.ts";
import { useRelayerBench } from "../support/relayerHooks.ts";
import { startRpcProxy } from "../support/rpcProxy.ts";

let bench: RelayerBench;
let log: TestLog;

useRelayerBench((...opened) => {
  [bench, log] = opened;
});

describe("trouble with the chain", () => {
  it("keeps reports while the operator has no ether, says so, and goes on when it has", async () => {
    const relayer = await bench.relayer(log);
    const balance = await bench.anvil.rpc("eth_getBalance", [log.operator.address, "latest"]);
    await bench.anvil.rpc("anvil_setBalance", [log.operator.address, "0x0"]);
    const accepted = await submit(relayer.url, randomReport());
    expect(accepted.status).toBe(202);
    const ready = await until(
      () => get(`${relayer.url}/readyz`),
      ({ json }) => json.code === "OPERATOR_WITHOUT_FUNDS",
    );
    expect(ready.status).toBe(503);
    expect(ready.json.detail).toContain(log.operator.address.toLowerCase());
    await bench.anvil.rpc("anvil_setBalance", [log.operator.address, balance]);
    await untilState(relayer.url, accepted.json.leaf, "anchored");
    await until(
      () => get(`${relayer.url}/readyz`),
      ({ status }) => status === 200,
    );
  });

  it("keeps reports while the RPC is away", async () => {
    const proxy = await startRpcProxy(bench.anvil.url);
    try {
      const relayer = await bench.relayer(log, { rpc: proxy.url });
      proxy.intercept(() => Promise.reject(new Error("away")));
      const accepted = await submit(relayer.url, randomReport());
      expect(accepted.status).toBe(202);
      const ready = await until(
        () => get(`${relayer.url}/readyz`),
        ({ json }) => json.code === "RPC_UNAVAILABLE",
      );
      expect(ready.status).toBe(503);
      proxy.intercept();
      await untilState(relayer.url, accepted.json.leaf, "anchored");
    } finally {
      await proxy.stop();
    }
  });

  it("anchors a batch again that a reorganisation took out", async () => {
    const relayer = await bench.relayer(log);
    const accepted = await submit(relayer.url, randomReport());
    const first = await untilState(relayer.url, accepted.json.leaf, "anchored");
    await bench.anvil.rpc("anvil_mine", ["0x2"]);
    await bench.anvil.rpc("anvil_reorg", [3, []]);
    const again = await until(
      async () => (await get(`${relayer.url}/v1/reports/${String(accepted.json.leaf)}`)).json,
      (json) => json.state === "anchored" && hashOf(json) !== hashOf(first),
    );
    await verifyProofOnChain(bench.anvil.rpc, readProof(again.proof));
    const read = await readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state).toMatchObject({ size: 1, total: 1 });
  });

  it("raises the fees of a transaction that is not mined", async () => {
    const relayer = await bench.relayer(log, { flags: ["--bump-after", "1"] });
    await bench.anvil.rpc("evm_setAutomine", [false]);
    try {
      const accepted = await submit(relayer.url, randomReport());
      await untilState(relayer.url, accepted.json.leaf, "posted");
      const offered = async (): Promise<bigint> => {
        const pool = (await bench.anvil.rpc("txpool_content")) as {
          pending: Record<string, Record<string, Json>>;
        };
        const [own] = Object.values(pool.pending).flatMap((byNonce) => Object.values(byNonce));
        return BigInt((own?.maxFeePerGas as string | undefined) ?? 0);
      };
      const first = await until(offered, (fee) => fee > 0n);
      const second = await until(offered, (fee) => fee > first);
      expect(second * 100n).toBeGreaterThanOrEqual(first * 110n);
      await bench.anvil.rpc("evm_setAutomine", [true]);
      await bench.anvil.rpc("anvil_mine", ["0x1"]);
      await untilState(relayer.url, accepted.json.leaf, "anchored");
    } finally {
      await bench.anvil.rpc("evm_setAutomine", [true]);
    }
  });

  it("has several batches in flight, and tells latest, safe and finalized apart", async () => {
    const relayer = await bench.relayer(log);
    await bench.anvil.rpc("evm_setAutomine", [false]);
    try {
      for (let batch = 1; batch <= 3; batch++) {
        await submit(relayer.url, randomReport());
        await until(
          () => bench.anvil.rpc("txpool_status") as Promise<{ pending: string }>,
          ({ pending }) => Number(pending) === batch,
        );
      }
    } finally {
      await bench.anvil.rpc("evm_setAutomine", [true]);
    }
    for (const [blocks, finality] of [
      [1, "latest"],
      [4, "safe"],
      [8, "finalized"],
    ] as const) {
      await bench.anvil.rpc("anvil_mine", [`0x${blocks.toString(16)}`]);
      await until(
        async () => (await get(`${relayer.url}/v1/log`)).json.finality as Record<string, number>,
        (reports) => reports[finality] === 3,
      );
    }
    const read = await readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(new Set(read.batches.map(({ blockNumber }) => blockNumber)).size).toBe(1);
  });

  it("refuses to start on another chain, and names every fault of its configuration at once", async () => {
    await expect(bench.relayer(log, { flags: ["--chain-id", "5"] })).rejects.toThrow(
      /CHAIN_ID_MISMATCH.*31337/s,
    );
    const wrong = startRelayerProcess(["--rpc", "nowhere", "--registry", "0x12", "--port", "99999"], {});
    await expect(wrong).rejects.toThrow(/rpc.*registry.*log .*port.*private key/s);
  });
});

function hashOf(json: Json): unknown {
  return ((json.proof as Json | undefined)?.block as Json | undefined)?.hash;
}
