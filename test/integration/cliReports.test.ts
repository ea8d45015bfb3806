import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { jsonLines, tocsin } from "../support/tocsin.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "tocsin-keys-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string): string => join(folder, name);
const START = Date.parse("2026-03-01T00:00Z") / 1000;

interface Key {
  rak: string;
  startedAt: number;
  lastIndex: number;
}

describe("tocsin keys new", () => {
  it("makes a new rak every 6 hours, in a file that only its owner can read", async () => {
    const args = ["keys", "new", "--hours", "13", "--start", "2026-03-01T00:00Z", "--out", at("thirteen")];
    const { code, stdout } = await tocsin(args);
    expect(code).toBe(0);
    expect(statSync(at("thirteen")).mode & 0o777).toBe(0o600);
    const text = readFileSync(at("thirteen"), "utf8");
    const keys = jsonLines(text) as Key[];
    expect(keys.map(({ startedAt, lastIndex }) => [startedAt, lastIndex])).toEqual([
      [START, 24],
      [START + 21_600, 24],
      [START + 43_200, 4],
    ]);
    expect(new Set(keys.map(({ rak }) => rak)).size).toBe(3);
    for (const { rak } of keys) expect(stdout).not.toContain(rak);
    const again = await tocsin(args);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error FILE_EXISTS: /) });
    expect(readFileSync(at("thirteen"), "utf8")).toBe(text);
  });

  it("starts by default at the quarter of an hour that runs", async () => {
    const before = Math.floor(Date.now() / 900_000) * 900;
    const [key] = jsonLines((await tocsin(["keys", "new", "--hours", "1"])).stdout) as [Key];
    expect([before, before + 900]).toContain(key.startedAt);
    expect(key.lastIndex).toBe(4);
  });
});

describe("tocsin report create", () => {
  it("signs reports that disclose exactly the numbers of the span", async () => {
    await tocsin(["keys", "new", "--hours", "12", "--start", `${START}`, "--out", at("round")]);
    const tcns = jsonLines((await tocsin(["keys", "tcns", "--keys", at("round")])).stdout) as {
      tcn: string;
      from: number;
      to: number;
    }[];
    expect(tcns.map(({ from }) => from)).toEqual(Array.from({ length: 48 }, (_, i) => START + 900 * i));

    const span = ["--from", "2026-03-01T01:00Z", "--to", `${START + 8 * 3600}`];
    const symptoms = ["--cough", "dry", "--fever", "mild", "--symptom", "other", "breathlessness"];
    const created = await tocsin(["report", "create", "--keys", at("round"), ...span, ...symptoms]);
    expect(created.code).toBe(0);
    expect(created.stderr).toContain("never broadcast from these keys again");
    const inspected = jsonLines((await tocsin(["inspect"], { input: created.stdout })).stdout) as {
      valid: boolean;
      j1: number;
      j2: number;
      memo: string;
      leaf: string;
      tcns: string[];
    }[];
    expect(inspected.map(({ valid, j1, j2 }) => [valid, j1, j2])).toEqual([
      [true, 5, 24],
      [true, 1, 8],
    ]);
    const wanted = tcns.filter(({ from, to }) => from >= START + 3_600 && to <= START + 8 * 3600);
    expect(inspected.flatMap((report) => report.tcns)).toEqual(wanted.map(({ tcn }) => tcn));
    // Version 1; the day; no onset; dry cough with mild fever; breathlessness and other.
    expect(inspected[0]?.memo).toMatch(/^0100[0-9a-f]{16}f{16}1221$/);

    const args = ["report", "create", "--keys", at("round"), ...span, ...symptoms];
    const json = await tocsin([...args, "--out", at("reports"), "--json"]);
    expect(jsonLines(json.stdout)).toMatchObject([
      { file: at("reports"), reports: inspected.map(({ leaf, j1, j2 }) => ({ leaf, j1, j2 })) },
    ]);
    expect(readFileSync(at("reports"), "utf8")).toBe(created.stdout);
  });

  it("passes over broken keys by line number and reports nothing that is not over", async () => {
    await tocsin([
      "keys",
      "new",
      "--hours",
      "6",
      "--start",
      String(Math.floor(Date.now() / 1_000)),
      "--out",
      at("now"),
    ]);
    const create = ["report", "create", "--from", "2026-01-01", "--to", "2099-01-01", "--keys"];
    const early = await tocsin([...create, at("now")]);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error NOTHING_TO_REPORT: /) });

    await tocsin(["keys", "new", "--hours", "6", "--start", `${START}`, "--out", at("past")]);
    writeFileSync(at("broken"), `{"rak":"00"}\n${readFileSync(at("past"), "utf8")}`);
    const some = await tocsin([...create, at("broken")]);
    expect(some.code).toBe(0);
    expect(some.stderr).toContain("line 1 is passed over");
    expect(some.stdout.trim().split("\n")).toHaveLength(1);
  });

  it("never prints a rak", async () => {
    await tocsin(["keys", "new", "--hours", "1", "--start", `${START}`, "--out", at("secret")]);
    const [{ rak }] = jsonLines(readFileSync(at("secret"), "utf8")) as [Key];
    const create = ["report", "create", "--keys", at("secret"), "--from", `${START}`, "--to", "2026-03-02"];
    for (const args of [create, [...create, "--json"], ["keys", "tcns", "--keys", at("secret")]]) {
      const { code, stdout, stderr } = await tocsin(args);
      expect(code).toBe(0);
      expect(stdout + stderr).not.toContain(rak);
    }
  });
});
