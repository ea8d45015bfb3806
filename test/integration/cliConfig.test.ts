import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonLines, tocsin } from "../support/tocsin.ts";

const TOKEN = "a token of the test";

describe("tocsin config check", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-config-"));
  const file = join(folder, "relayer.json");
  const key = "11".repeat(32);
  const registry = `0x${"22".repeat(20)}`;
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("prints what is in force and where it comes from, and no secret", async () => {
    writeFileSync(file, JSON.stringify({ registry, log: 3, sealEvery: 60, sealAt: 7 }));
    const env = {
      TOCSIN_PRIVATE_KEY: key,
      TOCSIN_SEAL_AT: "8",
      DATABASE_URL: "postgres://relayer:hunter2@127.0.0.1/tocsin",
      TOCSIN_METRICS_TOKEN: TOKEN,
    };
    const args = [
      "config",
      "check",
      "--config",
      file,
      "--rpc",
      "https://node.example/v3/apikey123",
      "--seal-at",
      "9",
    ];
    const { code, stdout, stderr } = await tocsin([...args, "--json"], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(jsonLines(stdout)).toMatchObject([
      {
        valid: true,
        settings: {
          rpc: { value: "https://node.example/…", source: "flag" },
          sealAt: { value: 9, source: "flag" },
          sealEvery: { value: 60, source: "file" },
          registry: { value: registry, source: "file" },
          port: { value: 8420, source: "default" },
        },
        secrets: { privateKey: true, databaseUrl: true, pinningToken: false, metricsToken: true },
      },
    ]);
    const text = await tocsin(args.slice(0, -2), { env });
    expect(text.stdout).toMatch(/^sealAt +8 {2}\(environment\)$/m);
    expect(text.stdout).toMatch(/^privateKey +set$/m);
    for (const output of [stdout, text.stdout])
      for (const secret of [key, "hunter2", "apikey123", TOKEN]) expect(output).not.toContain(secret);
  });

  it("names every fault at once and ends with 2", async () => {
    writeFileSync(file, JSON.stringify({ registry: "0x12", sealEvry: 60 }));
    const args = ["config", "check", "--config", file, "--port", "99999"];
    const { code, stderr, stdout } = await tocsin([...args, "--json"], { env: { TOCSIN_PRIVATE_KEY: "" } });
    expect(code).toBe(2);
    const [{ valid, faults }] = jsonLines(stdout) as [{ valid: boolean; faults: string[] }];
    expect(valid).toBe(false);
    for (const expected of [
      /^registry /,
      /^rpc .*missing/,
      /^log .*missing/,
      /^port /,
      /sealEvry/,
      /private key/,
    ])
      expect(faults.filter((fault) => expected.test(fault))).toHaveLength(1);
    expect(stderr.match(/^error CONFIG_INVALID: /gm)).toHaveLength(faults.length);
  });

  it("does not pass over a pinning service that is only half configured", async () => {
    writeFileSync(file, JSON.stringify({ registry, log: 1, rpc: "http://127.0.0.1:8545" }));
    const args = ["config", "check", "--config", file, "--pinning-service", "https://pins.example", "--json"];
    const env = { TOCSIN_PRIVATE_KEY: key, TOCSIN_PINNING_TOKEN: "" };
    const { code, stdout } = await tocsin(args, { env });
    const [{ faults }] = jsonLines(stdout) as [{ faults: string[] }];
    expect(code).toBe(2);
    expect(faults).toEqual([
      expect.stringMatching(/^pinningGateway .*missing$/),
      expect.stringMatching(/^TOCSIN_PINNING_TOKEN: missing$/),
    ]);
  });
});
