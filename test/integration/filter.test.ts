import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cidDigestFrom } from "@tocsin/protocol/batch/cid.ts";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { openFilter, type FilterProof } from "@tocsin/protocol/filter/openFilter.ts";
import { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import { expandTcns, TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";
import { addressBytes, type TestLog } from "../support/deploy.ts";
import type { RelayerProcess } from "../support/relayer.ts";
import {
  get,
  randomReport,
  type RelayerBench,
  reportsByState,
  submit,
  untilState,
} from "../support/relayerBench.ts";
import { useRelayerBench } from "../support/relayerHooks.ts";
import { tocsin } from "../support/tocsin.ts";
import { contactFile, meet } from "./support/meeting.ts";

const REPORTS = 20;
/** Nothing is sealed before this many reports wait. */
const ONE_BATCH = ["--seal-every", "31536000", "--seal-at", String(REPORTS), "--reports-per-minute", "100"];

interface FilterAnswer {
  digest: string;
  cid: string;
  length: number;
  index: number;
  path: string[];
}

let bench: RelayerBench;
let log: TestLog;

useRelayerBench((...opened) => {
  [bench, log] = opened;
});

/** Submits reports, among them those given, until they fill a batch, and waits until it is anchored. */
async function publish(relayer: RelayerProcess, ...given: Uint8Array[]): Promise<Uint8Array[]> {
  const random = Array.from({ length: REPORTS - given.length }, (_, i) => randomReport(1 + 3 * i));
  const reports = [...given, ...random];
  const accepted = await Promise.all(reports.map((report) => submit(relayer.url, report)));
  for (const { json } of accepted) await untilState(relayer.url, json.leaf, "anchored", "finalized");
  return reports;
}

async function askForFilter({ url }: RelayerProcess): Promise<{ answer: FilterAnswer; file: Uint8Array }> {
  const answer = (await get(`${url}/v1/batches/0/filter`)).json as unknown as FilterAnswer;
  const response = await fetch(`${url}/ipfs/${answer.cid}?format=raw`);
  expect(response.status).toBe(200);
  return { answer, file: new Uint8Array(await response.arrayBuffer()) };
}

const proofOf = ({ digest, index, path }: FilterAnswer): FilterProof => ({
  digest: fromHex(digest, "digest", 32),
  index,
  path: path.map((hash) => fromHex(hash, "hash", 32)),
});

const wordsOf = (tcn: Uint8Array): Uint32Array => {
  const view = new DataView(tcn.buffer, tcn.byteOffset, 16);
  return Uint32Array.from({ length: 4 }, (_, i) => view.getUint32(4 * i, true));
};

const sourceOf = (): { registry: Uint8Array; logId: number } => ({
  registry: addressBytes(log.registry),
  logId: log.logId,
});

describe("a batch's filter", () => {
  it("is anchored with the batch, finds every number that was reported, and stands up to a full check", async () => {
    const relayer = await bench.relayer(log, { flags: ONE_BATCH });
    const met = meet(Math.floor(Date.now() / 1_000) - 10 * 3_600);
    const reports = await publish(relayer, met.report);

    const { state, batches } = await readLog(bench.anvil.rpc, sourceOf());
    expect(state).toMatchObject({ size: 1, total: REPORTS + 1 });
    const [anchored] = batches;
    const { answer, file } = await askForFilter(relayer);
    expect(file).toHaveLength(answer.length);
    const filter = openFilter(anchored!, proofOf(answer), file);

    let tcns = 0;
    for (const report of reports) {
      const { rvk, tckBeforeJ1, j1, j2 } = readSignedReport(report);
      const numbers = expandTcns(rvk, tckBeforeJ1, j1, j2);
      for (let at = 0; at < numbers.length; at += TCN_LENGTH, tcns++) {
        expect(filter.has(wordsOf(numbers.subarray(at, at + TCN_LENGTH)), 0)).toBe(true);
      }
    }
    expect(filter.count).toBe(tcns);

    const result = await checkExposures({
      rpc: bench.anvil.rpc,
      fetch,
      source: sourceOf(),
      gateways: [relayer.url],
      contacts: ContactTable.from(met.contacts),
    });
    expect(result.falseFilters).toEqual([]);
    expect(result.counts).toMatchObject({
      batches: 1,
      reports: REPORTS,
      unknownEntries: 0,
      unreadableReports: 0,
    });
    expect(result.exposures).toHaveLength(1);
  });

  it("is an entry of the batch, and no report where reports are counted", async () => {
    const relayer = await bench.relayer(log, { flags: ONE_BATCH });
    await publish(relayer);
    const { batches } = (await get(`${relayer.url}/v1/batches`)).json;
    expect(batches).toMatchObject([{ seq: 0, firstIndex: 0, count: REPORTS + 1 }]);
    const { received, sealed, stored, posted, ...rest } = await reportsByState(relayer.url);
    expect({ received, sealed, stored, posted }).toEqual({ received: 0, sealed: 0, stored: 0, posted: 0 });
    expect(rest.anchored + rest.finalized).toBe(REPORTS);
  });

  it("is missing for a batch that would not be longer, which is named as one without", async () => {
    const relayer = await bench.relayer(log);
    const { json } = await submit(relayer.url, randomReport());
    await untilState(relayer.url, json.leaf, "anchored");
    const answer = await get(`${relayer.url}/v1/batches/0/filter`);
    expect(answer).toMatchObject({ status: 404, json: { code: "NOT_FOUND" } });
    expect((await readLog(bench.anvil.rpc, sourceOf())).state).toMatchObject({ size: 1, total: 1 });
  });

  it("is served without its file, found missing or damaged by fsck, and written again", async () => {
    const dataDir = bench.newFolder();
    const first = await bench.relayer(log, { dataDir, flags: ONE_BATCH });
    await publish(first);
    const { answer, file } = await askForFilter(first);
    const path = readdirSync(join(dataDir, "blocks"), { withFileTypes: true })
      .map(({ name }) => join(dataDir, "blocks", name))
      .find((name) => name.endsWith(answer.cid))!;
    rmSync(path);
    expect((await askForFilter(first)).file).toEqual(file);
    await first.stop();

    const source = ["--rpc", bench.anvil.url, "--registry", log.registry, "--log", String(log.logId)];
    const fsck = async (): Promise<unknown> => {
      const env = { TOCSIN_PRIVATE_KEY: log.operator.privateKey };
      const run = await tocsin(["fsck", ...source, "--data-dir", dataDir, "--json", "--repair"], { env });
      return JSON.parse(run.stdout);
    };
    for (const code of ["BYTES_MISSING", "BYTES_DAMAGED"]) {
      if (code === "BYTES_DAMAGED") writeFileSync(path, file.subarray(1));
      expect(await fsck()).toMatchObject({
        clean: true,
        repaired: [{ code, detail: expect.stringContaining("the filter of batch 0") }],
      });
      expect(new Uint8Array(readFileSync(path))).toEqual(file);
    }
  }, 120_000);

  it("comes back with a batch that is taken over from the chain", async () => {
    const dataDir = bench.newFolder();
    const first = await bench.relayer(log, { dataDir, flags: ONE_BATCH });
    await publish(first);
    const { answer, file } = await askForFilter(first);
    await first.stop();

    for (const name of readdirSync(dataDir).filter((one) => one.startsWith("relayer.sqlite"))) {
      rmSync(join(dataDir, name));
    }
    rmSync(join(dataDir, "blocks", answer.cid));
    const source = ["--rpc", bench.anvil.url, "--registry", log.registry, "--log", String(log.logId)];
    const env = { TOCSIN_PRIVATE_KEY: log.operator.privateKey };
    const run = await tocsin(["fsck", ...source, "--data-dir", dataDir, "--json", "--repair"], { env });
    expect(JSON.parse(run.stdout)).toMatchObject({
      clean: true,
      repaired: [{ code: "BATCH_UNKNOWN" }, { code: "BYTES_MISSING" }],
    });
    const second = await bench.relayer(log, { dataDir });
    const again = await askForFilter(second);
    expect(again).toEqual({ answer, file });
    expect(cidDigestFrom(again.answer.cid)).toEqual(proofOf(answer).digest);
  }, 120_000);
});

describe("tocsin check --light", () => {
  it("finds the exposure without the batch that does not hold it", async () => {
    const relayer = await bench.relayer(log, { flags: ONE_BATCH });
    const met = meet(Math.floor(Date.now() / 1_000) - 10 * 3_600);
    await publish(relayer, met.report);
    await publish(relayer);
    const folder = bench.newFolder();
    mkdirSync(folder, { recursive: true });
    const [contacts, state] = [join(folder, "contacts.jsonl"), join(folder, "state.jsonl")];
    // One number: the other batch's filter finds each by accident once in 2^20 times.
    writeFileSync(contacts, contactFile(met.contacts.slice(0, 1)));
    const source = ["--rpc", bench.anvil.url, "--registry", log.registry, "--log", String(log.logId)];
    const light = ["check", ...source, "--contacts", contacts, "--gateway", relayer.url, "--json", "--light"];

    const refused = await tocsin(light);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--light needs --state");

    for (const [rememberedBatches, passedBatches] of [
      [0, 1],
      [1, 1],
    ]) {
      const { code, stdout } = await tocsin([...light, "--state", state]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        exposures: [{ reports: [{ leaf: met.leaf }] }],
        counts: { batches: 2, reports: REPORTS, rememberedBatches, passedBatches },
      });
    }
  });
});
