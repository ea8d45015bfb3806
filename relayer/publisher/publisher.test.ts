import { beforeEach, describe, expect, it } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { Simulation, type Process } from "./support/simulation.ts";

let world: Simulation;
let process: Process;

beforeEach(async () => {
  world = new Simulation();
  process = await world.start();
});

/** Rounds and blocks until nothing is left to be done. */
async function settle(most = 60): Promise<void> {
  for (let round = 0; round < most; round++) {
    await world.step(process);
    if (world.states.every((state) => state === "finalized") && waiting() === 0) return;
  }
  throw new Error(`not settled: ${world.states.join()}, ${process.publisher.fault?.message ?? "no fault"}`);
}

const waiting = (): number => [...world.store.entries.values()].filter(({ seq }) => seq === undefined).length;
const round = (): Promise<void> => process.publisher.round();
const fault = (): string | undefined => process.publisher.fault?.code;
const pooled = (nonce: number) => world.chain.pool.get(nonce);

/** Seals, stores and posts one batch after the other, without a block in between. */
async function post(batches: number): Promise<void> {
  for (let i = 0; i < batches; i++) {
    await world.accept();
    world.now += world.options.sealEvery;
    await round();
  }
}

/** Every report is in the chain exactly once, in the order of the batches, and nothing else is. */
function expectWhole(): void {
  const inChain = world.reportsInChain();
  expect(new Set(inChain).size).toBe(inChain.length);
  expect(new Set(inChain)).toEqual(new Set(world.reports.map(toHex)));
  const seqs = world.chain.latest.world.events.flatMap((event) =>
    event.name === "BatchAppended" ? [event.batch.seq] : [],
  );
  expect(seqs).toEqual(world.store.batches.map(({ seq }) => seq));
}

describe("without trouble", () => {
  it("takes a report from received to finalized, and tells each finality apart", async () => {
    await world.accept();
    world.now += 10;
    const finalities: string[] = [];
    for (let i = 0; i < 20; i++) {
      await world.step(process);
      const [batch] = world.store.batches;
      const told = batch?.anchor?.finality ?? batch?.state ?? "received";
      if (finalities.at(-1) !== told) finalities.push(told);
    }
    expect(finalities).toEqual(["posted", "latest", "safe", "finalized"]);
    expect(world.states).toEqual(["finalized"]);
    expectWhole();
    expect(process.publisher.status).toMatchObject({
      isLeader: true,
      inFlight: 0,
      lastRoundAt: world.now - 12,
    });
    expect(process.publisher.chainTime).toBe(process.publisher.status.chain?.timestamp);
  });

  it("has several batches in flight, and no more than it may", async () => {
    await post(7);
    expect([...world.chain.pool.keys()]).toEqual([0, 1, 2, 3]);
    expect(world.states.slice(0, 5)).toEqual(["posted", "posted", "posted", "posted", "stored"]);
    world.chain.mine();
    await round();
    expect([...world.chain.pool.keys()]).toEqual([4, 5, 6]);
    await settle();
    expectWhole();
    expect(world.chain.reverts).toBe(0);
  });

  it("drains a backlog of many files in a few rounds", async () => {
    world = new Simulation({ sealEvery: 31_536_000, sealAt: 100 });
    process = await world.start();
    await world.accept(170, 60_000);
    await round();
    expect(world.store.batches.length, "batches but for the last, which is not full").toBe(9);
    world.now += 31_536_000;
    await settle();
    expect(world.store.batches.length).toBe(10);
    expectWhole();
  });

  it("takes a batch for posted whose transaction was recorded when the process ended", async () => {
    await post(1);
    world.store.batches[0]!.state = "stored";
    await round();
    expect(world.states).toEqual(["posted"]);
    expect(world.store.transactions).toHaveLength(1);
  });

  it("broadcasts the same bytes every round while they wait", async () => {
    await post(2);
    await round();
    await round();
    expect(world.store.transactions).toHaveLength(2);
    expect(world.node.broadcasts.slice(-2).map(({ result }) => result)).toEqual(["known", "known"]);
  });
});

describe("foreign nonce use", () => {
  it("signs every batch again behind the foreign transaction, in order", async () => {
    await post(3);
    world.chain.useNonceElsewhere();
    await round();
    expect(
      [1, 2, 3].map((nonce) => world.store.transactions.findLast((t) => t.nonce === nonce)?.task),
    ).toEqual(["append:0", "append:1", "append:2"]);
    await settle();
    expectWhole();
    expect(world.chain.reverts).toBe(0);
  });

  it("outbids a foreign transaction that waits in the pool under its nonce", async () => {
    const fees = { maxFeePerGas: 100n, maxPriorityFeePerGas: 50n };
    const foreign = world.chain.sign({ kind: "foreign" }, { nonce: 0, gasLimit: 21_000n, ...fees });
    world.chain.pool.set(0, foreign);
    await post(1);
    for (let i = 0; i < 10 && pooled(0) === foreign; i++) await round();
    expect(pooled(0)!.maxFeePerGas).toBeGreaterThanOrEqual(110n);
    await settle();
    expectWhole();
  });
});

describe("fees", () => {
  it("outbids by at least a tenth on both when the first in line waits too long, and only that one", async () => {
    await post(2);
    const before = [pooled(0)!, pooled(1)!];
    world.now += world.options.bumpAfter;
    await round();
    expect(pooled(0)!.maxFeePerGas * 100n).toBeGreaterThanOrEqual(before[0]!.maxFeePerGas * 110n);
    expect(pooled(0)!.maxPriorityFeePerGas * 100n).toBeGreaterThanOrEqual(
      before[0]!.maxPriorityFeePerGas * 110n,
    );
    expect(pooled(1)).toBe(before[1]);
    world.chain.mine(1);
    world.now += 1;
    await round();
    expect(pooled(1), "it has only just become the first").toBe(before[1]);
  });

  it("outbids at once what the base fee has left behind", async () => {
    await post(1);
    world.chain.baseFeePerGas = pooled(0)!.maxFeePerGas + 1n;
    await round();
    expect(pooled(0)!.maxFeePerGas).toBeGreaterThan(world.chain.baseFeePerGas);
    await settle();
  });

  it("stops at the cap, says so, hands the same bytes out again, and goes on when the fees fall", async () => {
    await post(1);
    const first = pooled(0);
    world.chain.baseFeePerGas = 2_000n;
    await post(1);
    expect(fault()).toBe("FEE_CAP_REACHED");
    expect(world.chain.pool.size).toBe(1);
    world.chain.pool.clear();
    await round();
    expect(pooled(0)).toBe(first);
    world.chain.baseFeePerGas = 10n;
    await settle();
    expect(fault()).toBeUndefined();
    expectWhole();
  });

  it("never offers more than the cap, and offers up to it", async () => {
    world.chain.baseFeePerGas = 990n;
    await post(1);
    expect(pooled(0)!.maxFeePerGas).toBe(1_000n);
    for (let i = 0; i < 10; i++) {
      world.now += 100;
      await round();
    }
    expect(world.store.transactions.every(({ maxFeePerGas }) => maxFeePerGas <= 1_000n)).toBe(true);
    expect(fault()).toBe("FEE_CAP_REACHED");
    await settle();
  });

  it("raises what the node calls underpriced", async () => {
    world = new Simulation({ maxFeePerGas: 10n ** 11n }, 10n ** 18n);
    process = await world.start();
    world.node.leastTip = 1_000_000_000n;
    await post(1);
    expect(world.chain.pool.size).toBe(0);
    for (let i = 0; i < 10; i++) await round();
    expect(pooled(0)!.maxPriorityFeePerGas).toBeGreaterThanOrEqual(1_000_000_000n);
  });

  it("outbids in the next round, without waiting, where a replacement was underpriced", async () => {
    await post(1);
    world.chain.pool.clear();
    world.node.refusals.push("REPLACEMENT_UNDERPRICED");
    await round();
    expect(world.chain.pool.size).toBe(0);
    await round();
    expect(world.store.transactions).toHaveLength(2);
    expect(pooled(0)!.raw).toBe(world.store.transactions[1]!.raw);
  });
});

describe("what the network says", () => {
  it("takes a dropped transaction for what it is: the same bytes go out again", async () => {
    await post(2);
    const before = [pooled(0), pooled(1)];
    world.chain.pool.clear();
    await round();
    expect([pooled(0), pooled(1)]).toEqual(before);
    expect(world.store.transactions).toHaveLength(2);
  });

  it("takes a swallowed transaction for a dropped one", async () => {
    world.node.swallows = true;
    await post(1);
    world.node.swallows = false;
    await settle();
    expect(world.store.transactions).toHaveLength(1);
  });

  it("is not worried by a nonce that is too low: it looks again", async () => {
    await post(1);
    world.node.refusals.push("NONCE_TOO_LOW");
    await round();
    expect(fault()).toBeUndefined();
    await settle();
  });

  it("holds on to a transaction whose answer was lost", async () => {
    world.node.losesAnswers = true;
    await post(2);
    expect(fault()).toBe("RPC_UNAVAILABLE");
    world.node.losesAnswers = false;
    await settle();
    expect(world.store.transactions.filter(({ task }) => task === "append:0")).toHaveLength(1);
    expectWhole();
  });

  it("waits for a node that takes nothing now", async () => {
    world.node.refusals.push("NODE_BUSY");
    await post(1);
    expect(fault()).toBe("RPC_UNAVAILABLE");
    await settle();
    expect(fault()).toBeUndefined();
  });

  it("gives the node's own words for what it does not know", async () => {
    world.node.refusals.push("REFUSED");
    await post(1);
    expect(process.publisher.fault).toMatchObject({
      code: "PUBLISH_FAILED",
      message: "the node says REFUSED",
    });
    await settle();
  });

  it("keeps reports while the RPC is away for hours", async () => {
    await post(1);
    world.node.isAway = true;
    for (let i = 0; i < 200; i++) {
      await world.accept();
      world.now += 60;
      await round();
    }
    expect(fault()).toBe("RPC_UNAVAILABLE");
    world.node.isAway = false;
    await settle(200);
    expectWhole();
  });
});

describe("the operator's account", () => {
  const costOf = (nonce: number): bigint => pooled(nonce)!.gasLimit * pooled(nonce)!.maxFeePerGas;

  it("says that it is empty, and goes on when it is not", async () => {
    world = new Simulation({}, 0n);
    process = await world.start();
    await post(1);
    expect(fault()).toBe("OPERATOR_WITHOUT_FUNDS");
    expect(world.store.transactions).toHaveLength(0);
    world.chain.latest.world.balance = 10n ** 12n;
    await settle();
  });

  it("sends what can be paid, in order, and says what cannot", async () => {
    await post(1);
    world.chain.latest.world.balance = (5n * costOf(0)) / 2n;
    await post(3);
    expect([...world.chain.pool.keys()]).toEqual([0, 1]);
    expect(process.publisher.fault?.message).toContain("0x0b0b");
    expect(fault()).toBe("OPERATOR_WITHOUT_FUNDS");
    world.chain.latest.world.balance = 10n ** 12n;
    await settle();
    expectWhole();
  });

  it("names a signer that fails, records nothing, and tries again", async () => {
    world.node.signerFails = true;
    await post(2);
    expect(fault()).toBe("SIGNER_FAILED");
    expect(world.store.transactions).toHaveLength(0);
    world.node.signerFails = false;
    await settle();
    expectWhole();
  });
});

describe("a store", () => {
  it("that fails holds back its batch and those behind, and nothing before", async () => {
    await post(1);
    world.storeFault = new Error("no more room");
    await post(2);
    expect(process.publisher.fault).toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("batch 1"),
    });
    for (let i = 0; i < 3; i++) {
      await round();
      world.chain.mine();
    }
    await round();
    expect(world.states).toEqual(["anchored", "sealed", "sealed"]);
    expect(world.chain.latest.world.log.size).toBe(1);
    world.storeFault = undefined;
    await settle();
    expectWhole();
  });
});
