import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestLog } from "../support/deploy.ts";
import { Ledger } from "../support/ledger.ts";
import { startPostgres, type Postgres } from "../support/postgres.ts";
import type { RelayerProcess } from "../support/relayer.ts";
import { RelayerBench, until } from "../support/relayerBench.ts";

const PROCESSES = 3;
const KILLS = 6;
const LONGEST_LIFE_MS = 1_500;
const FLAGS = ["--reports-per-minute", "1000000"];

let bench: RelayerBench;
let postgres: Postgres;

beforeAll(async () => {
  [bench, postgres] = await Promise.all([RelayerBench.start(), startPostgres()]);
});
afterAll(async () => {
  await bench.stop();
  await postgres.stop();
});

it(`loses and doubles nothing when the leader of ${PROCESSES} processes is killed ${KILLS} times`, async () => {
  const log = await bench.openLog();
  const env = { DATABASE_URL: await postgres.newDatabase() };
  // The blocks are in one folder, as on a shared disk.
  const dataDir = bench.newFolder();
  const start = (): Promise<RelayerProcess> => bench.relayer(log, { dataDir, flags: FLAGS, env });
  const relayers = await Promise.all(Array.from({ length: PROCESSES }, start));
  const ledger = new Ledger();
  const submitting = new AbortController();
  let away: number | undefined;
  const writers = relayers.map((_, i) =>
    ledger.keepSubmitting(() => (i === away ? undefined : relayers[i]!.url), submitting.signal),
  );
  const leaders: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const leader = await untilOneLeads(relayers);
    leaders.push(leader);
    await new Promise((resolve) => setTimeout(resolve, randomInt(LONGEST_LIFE_MS)));
    // What is on its way to it breaks off; nothing more is sent to its port.
    away = leader;
    await relayers[leader]!.stop("SIGKILL");
    // Its successor is found while it is away.
    const rest = relayers.filter((_, i) => i !== leader);
    await untilOneLeads(rest);
    relayers[leader] = await start();
    away = undefined;
  }
  submitting.abort();
  await Promise.all(writers);
  const balance = await ledger.settle(bench.anvil.rpc, log, relayers[0]!.url);
  expect(new Set(leaders).size).toBeGreaterThan(1);
  expect(balance.acknowledged).toBeGreaterThan(KILLS);
  process.stdout.write(
    `${KILLS} leaders killed, ${balance.acknowledged} acknowledged, ${balance.batches} batches\n`,
  );
});

it("takes reports at every process, and publishes them though their process is gone", async () => {
  const log = await bench.openLog();
  const env = { DATABASE_URL: await postgres.newDatabase() };
  const dataDir = bench.newFolder();
  const [first, second] = [await relayerOf(log, dataDir, env), await relayerOf(log, dataDir, env)];
  await untilOneLeads([first, second]);
  const ledger = new Ledger();
  expect(await ledger.submit(first.url)).toBe(true);
  expect(await ledger.submit(second.url)).toBe(true);
  await second.stop("SIGKILL");
  expect(await ledger.settle(bench.anvil.rpc, log, first.url)).toMatchObject({ anchored: 2 });
});

function relayerOf(log: TestLog, dataDir: string, env: Record<string, string>): Promise<RelayerProcess> {
  return bench.relayer(log, { dataDir, flags: FLAGS, env });
}

/** Waits until exactly one of them leads. @returns which */
async function untilOneLeads(relayers: readonly RelayerProcess[]): Promise<number> {
  const leads = async ({ url }: RelayerProcess): Promise<boolean> =>
    /^tocsin_leader 1$/m.test(await (await fetch(`${url}/metrics`)).text());
  const leading = await until(
    () => Promise.all(relayers.map(leads)),
    (answers) => answers.filter(Boolean).length === 1,
  );
  return leading.indexOf(true);
}
