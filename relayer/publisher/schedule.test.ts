import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { BroadcastCode } from "../ports/registry.ts";
import { mortal, type Life } from "./support/mortality.ts";
import { FINALIZED_DEPTH } from "./support/simulatedChain.ts";
import { Simulation, type Process } from "./support/simulation.ts";

/** Schedules that are tried; a long run sets more. */
const RUNS = Number(process.env.SCHEDULES ?? 400);
const RICH = 10n ** 12n;
const CODES: BroadcastCode[] = [
  "NONCE_TOO_LOW",
  "NONCE_TOO_HIGH",
  "REPLACEMENT_UNDERPRICED",
  "UNDERPRICED",
  "INSUFFICIENT_FUNDS",
  "NODE_BUSY",
  "REFUSED",
];

const toggle = fc.boolean();
/** What may happen, and how often relative to the rest. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("accept" as const), count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant("step" as const), mined: fc.integer({ min: 0, max: 4 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("round" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("mine" as const), mined: fc.integer({ min: 0, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("kill" as const), steps: fc.integer({ min: 1, max: 90 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("reorganise" as const),
      depth: fc.integer({ min: 1, max: 10 }),
      fate: fc.constantFrom("again" as const, "elsewhere" as const, "dropped" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("use nonce" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("foreign in pool" as const),
      ahead: fc.integer({ min: 0, max: 3 }),
      fee: fc.bigInt({ min: 1n, max: 400n }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drop" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("demand" as const), report: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("refuse" as const), code: fc.constantFrom(...CODES) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("away" as const), is: toggle }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("signer" as const), is: toggle }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("swallow" as const), is: toggle }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose answers" as const), is: toggle }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("lag" as const),
      by: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 7 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("base fee" as const), to: fc.bigInt({ min: 1n, max: 1_500n }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("balance" as const), to: fc.bigInt({ min: 0n, max: 10n ** 8n }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("clock" as const),
      by: fc.integer({ min: -100_000, max: 100_000 }),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** A relayer's life under a schedule. */
class Trial {
  readonly world = new Simulation({ maxInFlight: 3 });
  process!: Process;
  readonly life: Life = { stepsLeft: Infinity };
  kills = 0;

  /** A relayer with a past: some of its reports are final, so that demands for them can be answered. */
  static async begin(): Promise<Trial> {
    const trial = new Trial();
    await trial.start();
    await trial.world.accept(5);
    trial.world.now += 12;
    await trial.world.step(trial.process);
    while (trial.world.chain.latest.number < FINALIZED_DEPTH + 1) trial.world.chain.mine();
    await trial.world.step(trial.process);
    return trial;
  }

  async start(): Promise<void> {
    this.process = await this.world.start(mortal(this.life));
  }

  async round(): Promise<void> {
    await this.process.publisher.round();
    if (this.life.stepsLeft <= 0) {
      await this.process.kill();
      this.life.stepsLeft = Infinity;
      this.kills++;
      await this.start();
      return;
    }
    const { fault } = this.process.publisher;
    expect(fault?.code, fault?.message).not.toBe("HEAD_UNKNOWN");
  }

  async happen(event: Happening): Promise<void> {
    const { world } = this;
    const { chain, node } = world;
    switch (event.do) {
      case "accept":
        await world.accept(event.count);
        return;
      case "step":
        await this.round();
        chain.mine(event.mined);
        world.now += 12;
        return;
      case "round":
        return this.round();
      case "mine":
        chain.mine(event.mined);
        return;
      case "kill":
        this.life.stepsLeft = event.steps;
        return;
      case "reorganise":
        chain.reorganise(event.depth, event.fate);
        return;
      case "use nonce":
        chain.useNonceElsewhere();
        return;
      case "foreign in pool": {
        const fees = { maxFeePerGas: event.fee, maxPriorityFeePerGas: event.fee };
        const nonce = chain.latest.world.nonce + event.ahead;
        chain.pool.set(nonce, chain.sign({ kind: "foreign" }, { nonce, gasLimit: 1n, ...fees }));
        return;
      }
      case "drop":
        chain.pool.clear();
        return;
      case "demand":
        this.demand(event.report);
        return;
      case "refuse":
        node.refusals.push(event.code);
        return;
      case "away":
        node.isAway = event.is;
        return;
      case "signer":
        node.signerFails = event.is;
        return;
      case "swallow":
        node.swallows = event.is;
        return;
      case "lose answers":
        node.losesAnswers = event.is;
        return;
      case "lag": {
        let calls = 0;
        node.lag = () => event.by[calls++ % event.by.length]!;
        return;
      }
      case "base fee":
        chain.baseFeePerGas = event.to;
        return;
      case "balance":
        chain.latest.world.balance = event.to;
        return;
      case "clock":
        world.now += event.by;
        return;
    }
  }

  /** Demands a report that is in the chain beyond every reorganisation, so that it can be answered. */
  demand(report: number): void {
    const { entries, batches } = this.world.store;
    const settled = [...entries.values()].filter(
      ({ seq }) => seq !== undefined && batches[seq]!.state === "finalized",
    );
    if (settled.length > 0) this.world.chain.demand(settled[report % settled.length]!.leaf);
  }

  /** All faults end; rounds and blocks until everything is done. */
  async calm(): Promise<void> {
    const { world } = this;
    const { chain, node } = world;
    Object.assign(node, {
      isAway: false,
      signerFails: false,
      swallows: false,
      losesAnswers: false,
      lag: () => 0,
    });
    node.refusals.splice(0);
    chain.baseFeePerGas = 10n;
    this.life.stepsLeft = Infinity;
    for (let i = 0; i < 3 || (i < 200 && !this.isDone()); i++) {
      chain.latest.world.balance = RICH;
      await world.step(this.process);
    }
  }

  isDone(): boolean {
    const { store, chain } = this.world;
    const { demands, settled } = chain.latest.world;
    return (
      [...store.entries.values()].every(({ seq }) => seq !== undefined) &&
      store.batches.every(({ state }) => state === "finalized") &&
      demands.every(({ demandId }) => settled.has(demandId))
    );
  }
}

describe("whatever happens", () => {
  it("the log holds every report exactly once in the end, in the batches' order", async () => {
    let [happenings, kills, batches, reports, demands, signed, reverts] = [0, 0, 0, 0, 0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 10, maxLength: 60, size: "max" }),
        async (schedule) => {
          const trial = await Trial.begin();
          for (const event of schedule) await trial.happen(event);
          await trial.calm();
          const { world, process } = trial;
          const { fault, answerFault } = process.publisher;
          expect(
            trial.isDone(),
            `${world.states.join()} ${fault?.message ?? ""} ${answerFault?.message ?? ""}`,
          ).toBe(true);
          const events = world.chain.latest.world.events.flatMap((event) =>
            event.name === "BatchAppended" ? [event.batch] : [],
          );
          expect(events).toMatchObject(
            world.store.batches.map(({ seq, root, count }) => ({ seq, root, count })),
          );
          const inChain = world.reportsInChain();
          expect([...inChain].sort()).toEqual(world.reports.map(toHex).sort());
          expect(world.store.transactions.every(({ maxFeePerGas }) => maxFeePerGas <= 1_000n)).toBe(true);
          expect([fault, answerFault]).toEqual([undefined, undefined]);
          happenings += schedule.length;
          kills += trial.kills;
          batches += events.length;
          reports += inChain.length;
          demands += world.chain.latest.world.demands.length;
          signed += world.store.transactions.length;
          reverts += world.chain.reverts;
        },
      ),
      { numRuns: RUNS },
    );
    globalThis.process.stdout.write(
      `${RUNS} schedules: ${happenings} happenings, ${kills} kills, ${batches} batches, ${reports} reports, ` +
        `${demands} demands, ${signed} transactions signed, ${reverts} of them mined to no effect\n`,
    );
  }, 120_000);
});
