import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { jsonLines, tocsin } from "../support/tocsin.ts";
import { RecorderBench, TCN } from "./support/recorderBench.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let bench: RecorderBench;
beforeEach(async () => {
  bench = await RecorderBench.start();
});

describe("export, keys and purge, with and without a recorder that runs", () => {
  const span = ["--from", "1", "--to", "9999999999"];

  it("export writes what `tocsin check` reads, never over another file", async () => {
    expect(await bench.command(["export"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: `no recorder has recorded anything in ${bench.at("data")}\n0 contacts written\n`,
    });
    bench.storeContact();
    const recorder = await bench.run();
    expect(await bench.ask("export", "--out", bench.at("running.jsonl"))).toEqual({
      file: bench.at("running.jsonl"),
      contacts: 1,
    });
    expect(statSync(bench.at("running.jsonl")).mode & 0o777).toBe(0o600);
    await recorder.end("SIGTERM");
    const again = await bench.command(["export", "--out", bench.at("running.jsonl")]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error FILE_EXISTS: /) as string });
    const { stdout } = await bench.command(["export"]);
    expect(jsonLines(stdout)).toMatchObject([{ tcn: TCN, samples: expect.any(Number) as number }]);
    const status = await bench.command(["status"]);
    expect(status).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^1 contact recorded, /) as string,
    });
    expect(status.stderr).toMatch(/^error RECORDER_NOT_RUNNING: /);
  });

  it("keys are handed out once, and only when somebody agrees", async () => {
    const recorder = await bench.run();
    await expect.poll(() => bench.sent()).toHaveLength(1);
    const [before] = bench.sent();
    const unasked = await bench.command(["keys", ...span, "--out", bench.at("a.jsonl")]);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") as string });
    writeFileSync(bench.at("there"), "");
    const there = await bench.command(["keys", ...span, "--out", bench.at("there"), "--yes"]);
    expect(there.stderr).toMatch(/^error FILE_EXISTS: /);
    expect(bench.sent()).toEqual([before]);

    expect(await bench.ask("keys", ...span, "--out", bench.at("a.jsonl"), "--yes")).toEqual({
      file: bench.at("a.jsonl"),
      keys: 1,
    });
    expect(statSync(bench.at("a.jsonl")).mode & 0o777).toBe(0o600);
    const { stdout } = await tocsin(["keys", "tcns", "--keys", bench.at("a.jsonl")]);
    expect(jsonLines(stdout)).toMatchObject([{ tcn: before }]);
    expect(bench.sent()).not.toContain(before);
    const once = readFileSync(bench.at("a.jsonl"), "utf8");
    await bench.ask("keys", ...span, "--out", bench.at("again.jsonl"), "--again");
    expect(readFileSync(bench.at("again.jsonl"), "utf8")).toBe(once);

    await recorder.end("SIGTERM");
    expect(await bench.ask("keys", ...span, "--out", bench.at("b.jsonl"), "--yes")).toEqual({
      file: bench.at("b.jsonl"),
      keys: 1,
    });
    expect(readFileSync(bench.at("b.jsonl"), "utf8")).not.toBe(once);
    const none = await bench.command(["keys", ...span, "--out", bench.at("c.jsonl"), "--yes"]);
    expect(none.stderr).toMatch(/^error NOTHING_TO_HAND_OUT: /);
    await bench.ask("keys", ...span, "--out", bench.at("both.jsonl"), "--again");
    expect(readFileSync(bench.at("both.jsonl"), "utf8")).toContain(once);
    // No empty file is left behind.
    expect(() => statSync(bench.at("c.jsonl"))).toThrow();
  });

  it.each([true, false])("purge deletes what it is told to, a recorder running: %s", async (isRunning) => {
    bench.storeContact();
    const recorder = await bench.run();
    await bench.pair(recorder.bridgeUrl);
    if (!isRunning) await recorder.end("SIGTERM");
    expect(await bench.command(["purge"])).toMatchObject({ code: 2 });
    const unasked = await bench.command(["purge", "--everything"]);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") as string });
    expect(await bench.ask("purge", "--everything", "--yes")).toEqual({
      contacts: 1,
      keys: true,
      pages: 1,
    });
    expect(await bench.ask("unpair")).toEqual({ pages: [] });
    const keys = await bench.command(["keys", ...span, "--out", bench.at("keys.jsonl"), "--yes"]);
    // A recorder that runs sends from a new key at once.
    expect(keys.code).toBe(isRunning ? 0 : 1);
  });

  it("nothing is done in a folder that is not there, and none is made", async () => {
    for (const args of [
      ["purge", "--contacts", "--yes"],
      ["purge", "--keys", "--yes"],
      ["purge", "--everything", "--yes"],
      ["keys", ...span, "--out", bench.at("keys.jsonl"), "--yes"],
      ["unpair"],
    ]) {
      const { code, stdout, stderr } = await bench.command(args);
      expect({ code, stdout }, args.join(" ")).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^error DATA_FOLDER_UNUSABLE: there is no data folder at .*data: .*--data-dir/);
    }
    expect(existsSync(bench.at("data"))).toBe(false);
    expect(existsSync(bench.at("keys.jsonl"))).toBe(false);
  });

  it("what cannot be looked at is not taken for nothing", async () => {
    mkdirSync(bench.at("data"), { mode: 0o700 });
    expect(await bench.ask("purge", "--everything", "--yes")).toEqual({ contacts: 0, keys: false, pages: 0 });
    // Root may look everywhere, but nobody to the end of these.
    symlinkSync("contacts.sqlite", bench.at("data", "contacts.sqlite"));
    symlinkSync("keys.json", bench.at("data", "keys.json"));
    for (const args of [
      ["export"],
      ["status"],
      ["purge", "--contacts", "--yes"],
      ["purge", "--keys", "--yes"],
    ]) {
      const { code, stdout, stderr } = await bench.command(args);
      expect({ code, stdout }, args.join(" ")).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^error DATA_FOLDER_UNUSABLE: cannot look at .*--data-dir/);
    }
  });

  it("what cannot be deleted is not said to be", async () => {
    mkdirSync(bench.at("data", "keys.json.new"), { recursive: true, mode: 0o700 });
    const { code, stdout, stderr } = await bench.command(["purge", "--keys", "--yes"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error DATA_FOLDER_UNUSABLE: cannot delete .*keys\.json\.new/);
  });
});
