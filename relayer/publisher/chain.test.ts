import { beforeEach, describe, expect, it } from "vitest";
import { EMPTY_LOG } from "@tocsin/protocol/log/state.ts";
import { Simulation, type Process } from "./support/simulation.ts";
import { PATIENCE } from "./view.ts";

let world: Simulation;
let process: Process;

beforeEach(async () => {
  world = new Simulation();
  process = await world.start();
});

const round = (): Promise<void> => process.publisher.round();
const fault = (): string | undefined => process.publisher.fault?.code;
const sizeInChain = (): number => world.chain.latest.world.log.size;

async function post(batches: number): Promise<void> {
  for (let i = 0; i < batches; i++) {
    await world.accept();
    world.now += world.options.sealEvery;
    await round();
  }
}

/** Batches, one a block, all anchored. */
async function anchor(batches: number): Promise<void> {
  for (let i = 0; i < batches; i++) {
    await post(1);
    world.chain.mine();
  }
  await round();
}

async function settle(): Promise<void> {
  for (let i = 0; i < 60 && !world.states.every((state) => state === "finalized"); i++)
    await world.step(process);
  expect(new Set(world.states)).toEqual(new Set(["finalized"]));
  expect(world.reportsInChain()).toHaveLength(world.reports.length);
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("a reorganisation of depth %i", (depth) => {
  it("moves the anchors of batches that are mined elsewhere", async () => {
    for (let i = 0; i < 12; i++) world.chain.mine();
    await anchor(depth);
    const before = world.store.batches.map(({ anchor }) => anchor!.blockHash);
    world.chain.reorganise(depth, "elsewhere");
    await round();
    const after = world.store.batches.map(({ anchor }) => anchor!.blockHash);
    expect(after.filter((hash) => before.includes(hash))).toEqual([]);
    expect(world.store.transactions).toHaveLength(depth);
    await settle();
    expect(world.chain.reverts).toBe(0);
  });

  it("broadcasts the same bytes again of what was dropped", async () => {
    for (let i = 0; i < 12; i++) world.chain.mine();
    await anchor(depth);
    world.chain.reorganise(depth, "dropped");
    expect(sizeInChain()).toBe(0);
    const signed = world.store.transactions.length;
    await round();
    expect(world.states.filter((state) => state === "posted")).toHaveLength(depth);
    expect(world.store.transactions).toHaveLength(signed);
    expect(world.chain.pool.size).toBe(Math.min(depth, world.options.maxInFlight));
    await settle();
    expect(world.chain.reverts).toBe(0);
  });

  it("signs again behind a foreign transaction that came first in the new branch", async () => {
    for (let i = 0; i < 12; i++) world.chain.mine();
    await anchor(depth);
    world.chain.reorganise(depth, "dropped");
    world.chain.useNonceElsewhere();
    await settle();
    expect(world.chain.reverts).toBe(0);
  });
});

describe("a node that lags", () => {
  it("is not acted on when it is older than what was seen", async () => {
    await anchor(2);
    world.chain.mine();
    world.chain.mine();
    await round();
    const before = structuredClone(world.store.batches);
    const { chain } = process.publisher.status;
    const sent = world.node.broadcasts.length;
    world.node.lag = () => 2;
    for (let i = 0; i < PATIENCE - 2; i++) await round();
    expect(world.store.batches).toEqual(before);
    expect(process.publisher.status.chain).toEqual(chain);
    expect(world.node.broadcasts.length).toBe(sent);
    expect(fault()).toBeUndefined();
    world.node.lag = () => 0;
    await settle();
  });

  it("is believed when it stays: the chain has become shorter", async () => {
    await anchor(2);
    world.chain.blocks.splice(-1);
    for (let i = 0; i < 2 * PATIENCE; i++) await round();
    expect(world.states).toEqual(["anchored", "posted"]);
    await settle();
  });

  it("is no reorganisation to a publisher that has just begun", async () => {
    await anchor(3);
    await process.kill();
    const before = structuredClone(world.store.batches);
    process = await world.start();
    world.node.lag = () => 3;
    await round();
    expect(world.store.batches).toEqual(before);
    world.node.lag = () => 0;
    await settle();
  });

  it("is a fault when it never knows the blocks that it names", async () => {
    await anchor(1);
    let calls = 0;
    world.node.lag = () => (calls++ === 0 ? 0 : 3);
    for (let i = 1; i < PATIENCE; i++) {
      await round();
      calls = 0;
    }
    expect(fault()).toBeUndefined();
    await round();
    expect(fault()).toBe("RPC_UNAVAILABLE");
    world.node.lag = () => 0;
    await round();
    expect(fault()).toBeUndefined();
    await settle();
  });

  it("behind the same address as another never turns a batch back", async () => {
    let calls = 0;
    world.node.lag = () => [0, 0, 1, 0, 2][calls++ % 5]!;
    await anchor(5);
    await settle();
    expect(world.notes).not.toContain("a reorganisation took a batch out");
    expect(world.chain.reverts).toBe(0);
  });
});

describe("the lead", () => {
  it("is one process's; the other follows, and knows what it needs for proofs", async () => {
    const follower = await world.start();
    await anchor(2);
    await follower.publisher.round();
    expect(follower.publisher.status).toMatchObject({ isLeader: false, inFlight: 0 });
    expect(follower.publisher.chainTime).toBe(world.chain.latest.timestamp);
    expect(follower.history.state.size).toBe(2);
  });

  it("passes to another when the leader dies, which goes on with what is in flight", async () => {
    const follower = await world.start();
    await post(3);
    await process.kill();
    process = follower;
    await round();
    expect(process.publisher.status).toMatchObject({ isLeader: true, inFlight: 3 });
    expect(world.store.transactions).toHaveLength(3);
    await settle();
    expect(world.chain.reverts).toBe(0);
  });

  it("passes without a fault when it is lost in the middle of a round", async () => {
    await post(1);
    const other = await world.start();
    await world.accept();
    world.now += 10;
    const deposed = round();
    await process.kill();
    await deposed;
    await round();
    await other.publisher.round();
    await process.publisher.round();
    const leaders = [process, other].filter(({ publisher }) => publisher.status.isLeader);
    expect(leaders).toHaveLength(1);
    expect([fault(), other.publisher.fault]).toEqual([undefined, undefined]);
    process = leaders[0]!;
    await settle();
  });
});

describe("a head that this relayer never made", () => {
  it("is said, and nothing is appended over it", async () => {
    await anchor(1);
    const { world: state } = world.chain.latest;
    state.log = { ...EMPTY_LOG, size: 1, total: 7, peaks: [new Uint8Array(32)] };
    await post(2);
    expect(fault()).toBe("HEAD_UNKNOWN");
    expect(world.chain.pool.size).toBe(0);
  });

  it("is no fault to a leader whose history was stale", async () => {
    const follower = await world.start();
    await anchor(3);
    await process.kill();
    process = follower;
    await round();
    expect(fault()).toBeUndefined();
    await settle();
  });
});

describe("clocks", () => {
  it("that jump forward or back lose nothing and flood nothing", async () => {
    await post(2);
    world.now -= 100_000;
    for (let i = 0; i < 5; i++) await round();
    expect(world.store.transactions.length).toBeLessThanOrEqual(3);
    world.now += 1_000_000;
    for (let i = 0; i < 5; i++) await round();
    expect(world.store.transactions.length).toBeLessThanOrEqual(4);
    await post(1);
    await settle();
    const sealed = world.store.batches.map(({ sealedAt }) => sealedAt);
    expect(sealed).toEqual([...sealed].sort((a, b) => a - b));
  });
});
