import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatProof, parseProof } from "@tocsin/protocol/log/proofFile.ts";
import { appendBatch, EMPTY_LOG } from "@tocsin/protocol/log/state.ts";
import { addressBytes } from "../support/deploy.ts";
import { jsonLines, tocsin } from "../support/tocsin.ts";
import { openCheckedLog, type CheckedLog } from "./support/checkedLog.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let world: CheckedLog;
beforeAll(async () => {
  world = await openCheckedLog();
});
afterAll(() => world.close());

describe("tocsin check --proofs and tocsin verify", () => {
  let proofs: string;
  let file: string;
  beforeAll(async () => {
    proofs = world.at("proofs");
    const run = await world.check({ more: ["--proofs", proofs, "--json"] });
    const [{ exposures }] = jsonLines(run.stdout) as [{ exposures: { reports: { proofFile: string }[] }[] }];
    file = exposures[0]!.reports[0]!.proofFile;
  });

  it("writes one proof for each matched report, for its owner's eyes", () => {
    expect(readdirSync(proofs)).toEqual([`${world.meeting.leaf}.json`]);
    expect(file).toBe(join(proofs, `${world.meeting.leaf}.json`));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("verifies a proof against the chain", async () => {
    const more = ["--registry", world.log.registry, "--log", `${world.log.logId}`];
    const { code, stdout, stderr } = await tocsin([
      "verify",
      file,
      "--rpc",
      world.anvil.url,
      ...more,
      "--json",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const batch = world.log.batches[1]!;
    expect(jsonLines(stdout)).toMatchObject([
      {
        leaf: world.meeting.leaf,
        batch: { seq: 1, count: batch.entries.length, root: toHex(batch.tree.root) },
        log: { chainId: world.anvil.chainId, logId: world.log.logId, size: 3 },
        entry: { kind: 1, signatureValid: true, cough: "dry" },
        chain: { transactionHash: batch.transactionHash, blockNumber: batch.blockNumber },
      },
    ]);
    const text = await tocsin(["verify", file, "--rpc", world.anvil.url]);
    expect(text.stdout).toMatch(/^The proof verifies\.\n/);
    expect(text.stdout).toContain("signature valid: reported on");
  });

  it("says when a batch becomes final", async () => {
    const finalized = async (): Promise<unknown> => {
      const { stdout } = await tocsin(["verify", file, "--rpc", world.anvil.url, "--json"]);
      return (jsonLines(stdout) as [{ chain: { finalized: boolean } }])[0].chain.finalized;
    };
    expect(await finalized()).toBe(false);
    await world.anvil.rpc("anvil_mine", ["0x10"]);
    expect(await finalized()).toBe(true);
  });

  it("says without an RPC that the chain was not asked", async () => {
    const { code, stdout, stderr } = await tocsin(["verify", file]);
    expect(code).toBe(0);
    expect(stdout).toContain("not verified: the chain was not asked");
    expect(stderr).toContain("The chain was not asked");
    const json = await tocsin(["verify", file, "--json"]);
    expect(jsonLines(json.stdout)).toMatchObject([{ chain: null }]);
  });

  it("refuses a proof of another registry or log than the one that is trusted", async () => {
    for (const more of [
      ["--registry", `0x${"11".repeat(20)}`],
      ["--log", "2"],
    ]) {
      const { code, stderr } = await tocsin(["verify", file, ...more]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error PROOF_NOT_ANCHORED: /);
    }
  });

  it("refuses a proof with any one field changed", { timeout: 180_000 }, async () => {
    const proof: unknown = JSON.parse(readFileSync(file, "utf8"));
    const changed = variantsOf(proof);
    expect(changed.length).toBeGreaterThan(25);
    const passed: string[] = [];
    const tryNext = async (): Promise<void> => {
      for (let next = changed.pop(); next; next = changed.pop()) {
        const path = world.at(`changed-${changed.length}.json`);
        writeFileSync(path, JSON.stringify(next.value));
        const { code, stderr } = await tocsin(["verify", path, "--rpc", world.anvil.url]);
        if (code !== 1 || !/^error [A-Z_]+: [^\n]+\n$/.test(stderr))
          passed.push(`${next.field}: ${code} ${stderr}`);
      }
    };
    await Promise.all([tryNext(), tryNext()]);
    expect(passed).toEqual([]);
  });

  it("refuses a proof that is sound in itself, of a log that the chain does not hold", async () => {
    const proof = parseProof(readFileSync(file, "utf8"));
    const { firstIndex: _, ...batch } = proof.batch;
    const state = appendBatch(EMPTY_LOG, batch);
    const ofOwnLog = { ...proof, state, batch: { ...batch, seq: 0, firstIndex: 0 }, batchPath: [] };
    const ofOtherOperator = { ...proof, operator: addressBytes(world.anvil.accounts[5]!.address) };
    for (const [i, forged] of [ofOwnLog, ofOtherOperator].entries()) {
      const path = world.at(`forged-${i}.json`);
      writeFileSync(path, formatProof(forged));
      expect(await tocsin(["verify", path])).toMatchObject({ code: 0 });
      const { code, stdout, stderr } = await tocsin(["verify", path, "--rpc", world.anvil.url]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^error PROOF_NOT_ANCHORED: /);
    }
  });

  it("refuses what is no proof", async () => {
    writeFileSync(world.at("no-proof"), "{}");
    expect(await tocsin(["verify", world.at("no-proof")])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error PROOF_INVALID: /),
    });
  });
});

/** A value in all variants that differ from it in one field, or in one list by its last item. */
function variantsOf(value: unknown, field = "proof"): { field: string; value: unknown }[] {
  if (typeof value === "number") return [{ field, value: value + 1 }];
  if (typeof value === "string") {
    const last = value.at(-1) === "0" ? "1" : "0";
    return [{ field, value: value.slice(0, -1) + last }];
  }
  const nested = Object.entries(value as object).flatMap(([key, item]) =>
    variantsOf(item, `${field}.${key}`).map((variant) => ({
      field: variant.field,
      value: Array.isArray(value)
        ? value.with(Number(key), variant.value)
        : { ...(value as object), [key]: variant.value },
    })),
  );
  return Array.isArray(value) && value.length > 0
    ? [...nested, { field, value: value.slice(0, -1) }]
    : nested;
}
