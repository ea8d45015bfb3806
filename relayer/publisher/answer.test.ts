import { beforeEach, describe, expect, it } from "vitest";
import { Simulation, type Process } from "./support/simulation.ts";

let world: Simulation;
let process: Process;
let leaves: Uint8Array[];

beforeEach(async () => {
  world = new Simulation();
  process = await world.start();
  leaves = await world.accept(12);
  world.now += 10;
  for (let i = 0; i < 3; i++) await world.step(process);
});

const round = (): Promise<void> => process.publisher.round();
const answers = (): string[] => [...world.chain.pool.values()].map(({ call }) => call.kind);
const unsettled = (): number => {
  const { demands, settled } = world.chain.latest.world;
  return demands.filter(({ demandId }) => !settled.has(demandId)).length;
};

describe("demands", () => {
  it("are answered several at once, up to what may be in flight", async () => {
    for (const leaf of leaves) world.chain.demand(leaf);
    world.chain.mine();
    await round();
    expect(answers()).toEqual(["answer", "answer", "answer", "answer"]);
    for (let i = 0; i < 3; i++) await world.step(process);
    expect(unsettled()).toBe(0);
    expect(world.chain.reverts).toBe(0);
    await round();
    expect(world.notes.filter((note) => note === "demand settled")).toHaveLength(12);
  });

  it("and appends take turns when both wait", async () => {
    for (const leaf of leaves) world.chain.demand(leaf);
    world.chain.mine();
    for (let i = 0; i < 4; i++) {
      await world.accept();
      world.now += 10;
      world.node.isAway = true;
      await round();
    }
    world.node.isAway = false;
    await round();
    expect(answers().sort()).toEqual(["answer", "answer", "append", "append"]);
    for (let i = 0; i < 8; i++) await world.step(process);
    expect(unsettled()).toBe(0);
    expect(world.chain.latest.world.log.size).toBe(5);
    expect(world.chain.reverts).toBe(0);
  });

  it("are answered one by one beside the appends where only one may be in flight", async () => {
    world.options.maxInFlight = 1;
    for (const leaf of leaves.slice(0, 3)) world.chain.demand(leaf);
    world.chain.mine();
    const mined: string[] = [];
    for (let i = 0; i < 6; i++) {
      await world.accept();
      world.now += 10;
      await round();
      mined.push(...world.chain.mine().mined.map(({ call }) => call.kind));
    }
    expect(mined).toEqual(["answer", "append", "answer", "append", "answer", "append"]);
  });

  it("that somebody else settled make room for what is behind", async () => {
    for (const leaf of leaves.slice(0, 2)) world.chain.demand(leaf);
    world.chain.mine();
    await round();
    const { demands, settled } = world.chain.latest.world;
    settled.add(demands[0]!.demandId);
    for (let i = 0; i < 3; i++) await world.step(process);
    expect(unsettled()).toBe(0);
  });

  it("that cannot be answered are named, and stop neither appends nor other answers", async () => {
    const [unknown] = await world.accept();
    world.chain.demand(unknown!);
    world.chain.demand(leaves[0]!);
    world.chain.mine();
    await round();
    expect(process.publisher.answerFault?.code).toBe("DEMAND_UNANSWERABLE");
    expect(process.publisher.fault).toBeUndefined();
    for (let i = 0; i < 4; i++) await world.step(process);
    expect(unsettled()).toBe(1);
    expect(world.chain.latest.world.log.size).toBe(2);
  });

  it("are still answered when the head on the chain is unknown", async () => {
    const before = world.chain.latest.world;
    world.chain.demand(leaves[0]!);
    world.chain.mine();
    const { log } = world.chain.latest.world;
    world.chain.latest.world.log = { ...log, total: log.total + 1 };
    await round();
    expect(process.publisher.fault?.code).toBe("HEAD_UNKNOWN");
    world.chain.mine();
    expect(unsettled()).toBe(0);
    expect(before.nonce + 1).toBe(world.chain.latest.world.nonce);
  });

  it("are found again after a restart, and their transactions with them", async () => {
    world.chain.demand(leaves[0]!);
    world.chain.mine();
    await round();
    const signed = world.store.transactions.length;
    world.chain.pool.clear();
    await process.kill();
    process = await world.start();
    await world.step(process);
    expect(world.store.transactions).toHaveLength(signed);
    expect(unsettled()).toBe(0);
  });
});
