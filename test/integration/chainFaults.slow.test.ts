import { Wallet } from "ethers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TestLog } from "../support/deploy.ts";
import { GethRules, type BroadcastFault } from "../support/gethRules.ts";
import { Ledger } from "../support/ledger.ts";
import type { RelayerProcess } from "../support/relayer.ts";
import { get, RelayerBench, until } from "../support/relayerBench.ts";
import { startRpcProxy, type RpcProxy } from "../support/rpcProxy.ts";

const GWEI = 10n ** 9n;

let bench: RelayerBench;
let proxy: RpcProxy;
let rules: GethRules;
let log: TestLog;
let relayer: RelayerProcess;
let ledger: Ledger;

beforeAll(async () => {
  bench = await RelayerBench.start();
});
beforeEach(async () => {
  rules = new GethRules(bench.anvil);
  proxy = await startRpcProxy(bench.anvil.url, rules.intercept);
  log = await bench.openLog();
  ledger = new Ledger();
});
afterEach(async () => {
  await bench.anvil.rpc("evm_setAutomine", [true]);
  await bench.anvil.rpc("anvil_dropAllTransactions");
  await bench.endRelayers();
  await proxy.stop();
});
afterAll(async () => {
  await bench.stop();
});

async function start(...flags: string[]): Promise<void> {
  relayer = await bench.relayer(log, {
    rpc: proxy.url,
    flags: ["--reports-per-minute", "1000000", ...flags],
  });
}

async function submit(): Promise<void> {
  expect(await ledger.submit(relayer.url)).toBe(true);
}

/** The relayer's own word on what stands in its way. */
function untilFault(code: string | undefined): Promise<unknown> {
  return until(
    async () => (await get(`${relayer.url}/readyz`)).json.code,
    (found) => found === code,
  );
}

const counted = (answer: string): number => rules.answers.get(answer) ?? 0;
const untilCounted = (answer: string, times = 1): Promise<unknown> =>
  until(
    async () => counted(answer),
    (count) => count >= times,
  );

async function withoutMining(act: () => Promise<void>): Promise<void> {
  await bench.anvil.rpc("evm_setAutomine", [false]);
  try {
    await act();
  } finally {
    await bench.anvil.rpc("evm_setAutomine", [true]);
  }
  await mine();
}

const mine = (blocks = 1): Promise<unknown> => bench.anvil.rpc("anvil_mine", [`0x${blocks.toString(16)}`]);
const nextNonce = async (): Promise<number> =>
  Number(await bench.anvil.rpc("eth_getTransactionCount", [log.operator.address, "latest"]));

/** Somebody else who has the operator's key sends a transaction of their own, past the proxy. */
async function sendElsewhere(nonce: number, gwei: bigint): Promise<void> {
  const fees = { maxFeePerGas: gwei * GWEI, maxPriorityFeePerGas: gwei * GWEI };
  const { chainId, accounts } = bench.anvil;
  const call = { type: 2, chainId, to: accounts[5]!.address, gasLimit: 21_000n, nonce, ...fees };
  const raw = await new Wallet(log.operator.privateKey).signTransaction(call);
  await bench.anvil.rpc("eth_sendRawTransaction", [raw]);
}

async function settle(name: string): Promise<void> {
  const { acknowledged, anchored, batches } = await ledger.settle(bench.anvil.rpc, log, relayer.url);
  expect(anchored).toBe(acknowledged);
  await untilFault(undefined);
  const answers = [...rules.answers].map(([answer, count]) => `${count} × ${answer}`).join(", ");
  process.stdout.write(
    `${name}: ${acknowledged} reports in ${batches} batches; the node answered ${answers}\n`,
  );
}

describe("the relayer anchors every report exactly once", () => {
  it("with several batches in flight at once", async () => {
    await start("--max-in-flight", "4", "--bump-after", "3600");
    const first = await nextNonce();
    await withoutMining(async () => {
      for (let batch = 1; batch <= 4; batch++) {
        await submit();
        await untilCounted("ok", batch);
      }
      await untilCounted("already known", 8);
    });
    expect(await nextNonce()).toBe(first + 4);
    await settle("in flight");
    expect(counted("ok"), "each was signed once").toBe(4);
  });

  it("when the network knows a transaction already", async () => {
    await start();
    await withoutMining(async () => {
      await submit();
      await untilCounted("already known", 3);
    });
    await settle("already known");
  });

  it("when a foreign transaction uses the nonce", async () => {
    await start();
    await withoutMining(async () => {
      await submit();
      await untilCounted("ok");
      await submit();
      await untilCounted("ok", 2);
      const nonce = await nextNonce();
      await rules.drop();
      await sendElsewhere(nonce, 50n);
      await mine();
    });
    await settle("foreign nonce");
  });

  it("when a foreign transaction replaces its own in the pool", async () => {
    await start();
    await withoutMining(async () => {
      await submit();
      await untilCounted("ok");
      await sendElsewhere(await nextNonce(), 50n);
      await mine();
    });
    await settle("replaced");
  });

  it("when a foreign transaction waits under its nonce, which it must outbid", async () => {
    await start();
    await withoutMining(async () => {
      await sendElsewhere(await nextNonce(), 10n);
      await submit();
      await untilCounted("replacement transaction underpriced");
      await untilCounted("ok");
    });
    await settle("outbid");
  });

  it("when its transactions are dropped", async () => {
    await start();
    await withoutMining(async () => {
      await submit();
      await untilCounted("ok");
      await rules.drop();
      await untilCounted("ok", 2);
    });
    await settle("dropped");
  });

  it("when fees are raised, by geth's rule of 10 %", async () => {
    await start("--bump-after", "1");
    await withoutMining(async () => {
      await submit();
      await untilCounted("ok", 4);
    });
    await settle("raised");
    expect(counted("replacement transaction underpriced")).toBe(0);
  });

  it("when the base fee rises above what it offered", async () => {
    await start("--bump-after", "3600");
    await withoutMining(async () => {
      await submit();
      await untilCounted("ok");
      await bench.anvil.rpc("anvil_setNextBlockBaseFeePerGas", [`0x${(30n * GWEI).toString(16)}`]);
      await untilCounted("ok", 2);
    });
    await settle("base fee");
    await mine(40);
  });

  it("when the network asks for more than the cap", async () => {
    await start("--max-fee-gwei", "5");
    await bench.anvil.rpc("anvil_setNextBlockBaseFeePerGas", [`0x${(100n * GWEI).toString(16)}`]);
    await mine();
    await submit();
    await untilFault("FEE_CAP_REACHED");
    await mine(60);
    await settle("cap");
  });

  it("when the node calls its fees underpriced", async () => {
    rules.leastTip = 7n * GWEI;
    await start();
    await submit();
    await untilCounted("transaction underpriced");
    await settle("underpriced");
  });

  it("when the account is empty", async () => {
    const balance = await bench.anvil.rpc("eth_getBalance", [log.operator.address, "latest"]);
    await start();
    await bench.anvil.rpc("anvil_setBalance", [log.operator.address, "0x0"]);
    await submit();
    await untilFault("OPERATOR_WITHOUT_FUNDS");
    await bench.anvil.rpc("anvil_setBalance", [log.operator.address, balance]);
    await settle("empty");
  });

  it("when the RPC is away for hours", async () => {
    await start();
    await withoutMining(async () => {
      await submit();
      await untilCounted("ok");
      rules.isAway = true;
      await rules.drop();
      await submit();
      await untilFault("RPC_UNAVAILABLE");
      await bench.anvil.rpc("evm_increaseTime", [5 * 3_600]);
      await mine(20);
      await submit();
      rules.isAway = false;
      await untilFault(undefined);
    });
    await settle("away");
  });

  it("when one node behind the RPC lags behind another", async () => {
    let calls = 0;
    rules.lag = () => [0, 2, 0, 0, 1, 0, 3][calls++ % 7]!;
    await start();
    for (let batch = 1; batch <= 5; batch++) {
      await submit();
      await until(
        async () => relayer.output().match(/batch sealed/g)?.length ?? 0,
        (sealed) => sealed >= batch,
      );
      await mine();
    }
    await settle("lag");
    expect(relayer.output()).not.toMatch(/a reorganisation took a batch out|HEAD_UNKNOWN/);
  });

  it.each<[string, BroadcastFault, string]>([
    ["forgets what it acknowledged", "swallow", "swallowed"],
    ["takes a transaction and loses the answer", "lose the answer", "already known"],
    ["has a full pool", { refuse: "txpool is full" }, "txpool is full"],
    ["counts requests", { refuse: "rate limit exceeded" }, "rate limit exceeded"],
    ["takes the nonce for used", { refuse: "nonce too low: next nonce 9, tx nonce 8" }, "nonce too low"],
    ["says what nobody said before", { refuse: "the moon is full" }, "the moon is full"],
  ])("when the node %s", async (_, fault, answer) => {
    await start();
    await withoutMining(async () => {
      rules.faults.push(fault, fault);
      await submit();
      await untilCounted(answer, typeof fault === "object" || fault === "swallow" ? 2 : 1);
      await until(
        async () => counted("ok") + counted("already known"),
        (taken) => taken > 0,
      );
    });
    await settle(answer);
  });
});
