import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { startGateway } from "../support/gateway.ts";
import { until } from "../support/relayerBench.ts";
import { startServer } from "../support/server.ts";
import { jsonLines, tocsin, type Run } from "../support/tocsin.ts";
import { openCheckedLog, type CheckedLog } from "./support/checkedLog.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "tocsin.mjs");

let world: CheckedLog;
let state: string;
let files = 0;
beforeAll(async () => {
  world = await openCheckedLog();
});
beforeEach(() => {
  state = world.at(`state-${files++}`);
  world.gateway.requests.length = 0;
});
afterAll(() => world.close());

interface Json {
  counts: { batches: number; rememberedBatches: number };
  exposures: unknown[];
  log: { block: unknown };
}

async function check(gateways = [world.gateway.url]): Promise<Run & { json: Json }> {
  world.gateway.requests.length = 0;
  const run = await world.check({ gateways, more: ["--state", state, "--json"] });
  return { ...run, json: jsonLines(run.stdout)[0] as Json };
}

const remembered = (): number =>
  existsSync(state) ? readFileSync(state, "utf8").split('{"line":"batch"').length - 1 : 0;

describe("tocsin check --state", () => {
  it("fetches no batch twice, finds the same, and keeps a file that only its owner reads", async () => {
    const first = await check();
    expect(world.gateway.requests).toHaveLength(3);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    const second = await check();
    expect(world.gateway.requests).toEqual([]);
    expect(second.json.exposures).toHaveLength(1);
    expect(second.json.exposures).toEqual(first.json.exposures);
    expect(second.json.counts).toEqual({ ...first.json.counts, rememberedBatches: 3 });
    const text = await world.check({ more: ["--state", state] });
    expect(text.stdout).toContain(
      "batches of these that an earlier check had read and were not read again: 3",
    );
  });

  it("goes on after a check that failed", async () => {
    const some = await startGateway();
    for (const { cidDigest, file } of world.log.batches.slice(0, 2)) some.serve(cidDigest, file);
    const failed = await check([some.url]);
    await some.stop();
    expect(failed).toMatchObject({ code: 1, json: { error: { code: "BATCH_UNAVAILABLE" } } });
    const { json } = await check();
    expect(world.gateway.requests).toHaveLength(1);
    expect(json).toMatchObject({ counts: { batches: 3, rememberedBatches: 2 }, exposures: [{}] });
  });

  it("goes on after a check that was killed", async () => {
    const last = cidOf(world.log.batches[2]!.cidDigest);
    const slow = await startServer(async (request, _, response) => {
      const path = request.url ?? "";
      if (path.includes(last)) return;
      const answer = await fetch(world.gateway.url + path);
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    const source = [
      "--rpc",
      world.proxy.url,
      "--registry",
      world.log.registry,
      "--log",
      `${world.log.logId}`,
    ];
    const child = spawn(
      process.execPath,
      [
        LAUNCHER,
        "check",
        "--contacts",
        world.at("vitalik"),
        ...source,
        "--gateway",
        slow.url,
        "--state",
        state,
      ],
      { stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.once("close", resolve));
    await until(
      () => Promise.resolve(remembered()),
      (batches) => batches === 2,
    );
    child.kill("SIGKILL");
    await ended;
    await slow.stop();
    const { json } = await check();
    expect(world.gateway.requests).toEqual([expect.stringContaining(last)]);
    expect(json).toMatchObject({ counts: { batches: 3, rememberedBatches: 2 }, exposures: [{}] });
  });

  it("passes over a torn last line, and notes what else it cannot use", async () => {
    const whole = await check();
    const lines = readFileSync(state, "utf8");
    writeFileSync(state, lines.slice(0, -20));
    const torn = await check();
    expect(world.gateway.requests).toHaveLength(1);
    expect(torn.stderr).not.toContain("passed over");
    appendFileSync(state, "nonsense\n");
    const broken = await check();
    expect(broken.stderr).toContain("1 lines cannot be read and are passed over");
    writeFileSync(state, "another file\n");
    const foreign = await check();
    expect(foreign.stderr).toContain("is not the state of a check by this version and is replaced");
    expect(world.gateway.requests).toHaveLength(3);
    writeFileSync(state, readFileSync(state, "utf8").replace(/"logId":\d+/, '"logId":99'));
    const other = await check();
    expect(other.stderr).toContain("was the state of another log's check and was replaced");
    for (const run of [torn, broken, foreign, other]) {
      expect(run.json.exposures).toEqual(whole.json.exposures);
    }
  });
});

describe("--from-block", () => {
  it("saves what is before the log, in check and verify, and fails where it is too late", async () => {
    const open = await world.check({ more: ["--from-block", "1", "--proofs", world.at("proofs"), "--json"] });
    expect(open.code).toBe(0);
    const proof = join(world.at("proofs"), `${world.meeting.leaf}.json`);
    const verify = (block: string): Promise<Run> =>
      tocsin(["verify", proof, "--rpc", world.proxy.url, "--from-block", block]);
    expect((await verify("1")).code).toBe(0);
    expect((await verify("100000")).stderr).toContain("error LOG_UNKNOWN: log");
    const late = await world.check({ more: ["--from-block", "100000"] });
    expect(late).toMatchObject({ code: 1, stdout: "" });
    expect(late.stderr).toContain("error LOG_UNKNOWN: log");
  });
});
