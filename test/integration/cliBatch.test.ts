import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { jsonLines, tocsin } from "../support/tocsin.ts";
import vectors from "../vectors/log.json" with { type: "json" };
import tcn from "../vectors/tcn.json" with { type: "json" };

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "tocsin-batch-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Entries without their kind byte are the signed reports. */
const reportsOf = (entries: readonly string[]): string[] => entries.map((entry) => entry.slice(2));
const batches = vectors.batches.filter(({ entries }) => entries.every((entry) => entry.startsWith("01")));
const last = batches.at(-1)!;

describe("tocsin batch build", () => {
  it("builds log.json's batches byte for byte", async () => {
    expect(batches.length).toBeGreaterThan(0);
    for (const { entries, file, cid, cidDigest, root, count } of batches) {
      const run = await tocsin(["batch", "build"], { input: reportsOf(entries).join("\n") });
      expect(run.stderr).toBe("");
      expect(jsonLines(run.stdout)).toEqual([{ file, cid, cidDigest, root, count }]);
    }
  });

  it("gives one batch for every order and repetition of the reports", async () => {
    const reports = reportsOf(last.entries);
    const input = [...reports].reverse().concat(reports).join("\n");
    const path = join(folder, "batch.bin");
    const { stdout } = await tocsin(["batch", "build", "--out", path], { input });
    const { cid, cidDigest, root, count } = last;
    expect(jsonLines(stdout)).toEqual([{ file: path, cid, cidDigest, root, count }]);
    expect(readFileSync(path).toString("hex")).toBe(last.file);
  });

  it("names the first line that is no valid report, and builds nothing", async () => {
    const good = tcn.published.signed_report;
    const bad = tcn.malformed.find(({ id }) => id === "bad-sig-bit-s")!.bytes;
    const forged = await tocsin(["batch", "build", "--json"], {
      input: `${good}\n${bad}\nzz\n`,
    });
    expect(forged.code).toBe(1);
    expect(forged.stderr).toMatch(/^error REPORT_SIGNATURE_INVALID: line 2: /);
    expect(jsonLines(forged.stdout)).toEqual([
      { error: { code: "REPORT_SIGNATURE_INVALID", message: expect.stringContaining("line 2") as string } },
    ]);
    const hex = await tocsin(["batch", "build"], { input: `${good}\n${good}\nzz\n` });
    expect(hex).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error HEX_INVALID: line 3: /),
    });
    const empty = await tocsin(["batch", "build"]);
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error BATCH_EMPTY: /) });
  });
});

describe("tocsin batch inspect", () => {
  it("prints what a batch file holds", async () => {
    const path = join(folder, "inspected.bin");
    writeFileSync(path, Buffer.from(last.file, "hex"));
    const { code, stdout } = await tocsin(["batch", "inspect", path, "--json"]);
    expect(code).toBe(0);
    const [answer] = jsonLines(stdout) as [{ entries: { leaf: string }[] }];
    const { cid, cidDigest, root, count } = last;
    expect(answer).toMatchObject({ cid, cidDigest, root, count });
    expect(answer.entries).toHaveLength(count);
    expect(answer.entries[0]).toMatchObject({ kind: 1, signatureValid: true, memo: expect.any(String) });
    for (const { index, leaf } of last.proofs) expect(answer.entries[index]?.leaf).toBe(leaf);
    const text = await tocsin(["batch", "inspect", path]);
    expect(text.stdout).toContain(cid);
    expect(text.stdout).toContain("signature valid");
  });

  it("refuses bytes that are no batch file, and says when a file cannot be read", async () => {
    const path = join(folder, "broken.bin");
    writeFileSync(path, Buffer.from(`${last.file}00`, "hex"));
    const broken = await tocsin(["batch", "inspect", path]);
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error BATCH_TRAILING_BYTES: /) });
    const missing = await tocsin(["batch", "inspect", join(folder, "missing")]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error INPUT_UNREADABLE: /) });
  });
});
