import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fromHex, to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { startAnvil, type Anvil } from "../support/anvil.ts";
import { addressBytes, deployRegistry } from "../support/deploy.ts";
import { jsonLines, tocsin } from "../support/tocsin.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "tocsin-chain-"));
let anvil: Anvil;
let registry: string;

beforeAll(async () => {
  anvil = await startAnvil();
  registry = await deployRegistry(anvil);
});
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true });
});

const keyOf = (index: number): string => anvil.accounts[index]!.privateKey;
const withKey = (privateKey: string): { env: Record<string, string> } => ({
  env: { TOCSIN_PRIVATE_KEY: privateKey },
});

describe("tocsin registry deploy and tocsin log open", () => {
  it("deploy a registry and open a log in it that readers find", async () => {
    const deployed = await tocsin(["registry", "deploy", "--rpc", anvil.url, "--json"], withKey(keyOf(1)));
    expect(deployed.code).toBe(0);
    const [{ registry: address, chainId }] = jsonLines(deployed.stdout) as [
      { registry: string; chainId: number },
    ];
    expect(chainId).toBe(anvil.chainId);

    // As a file, with the key written as people write it: no prefix, a line break at the end.
    const file = join(folder, "key.hex");
    writeFileSync(file, `${toHex(fromHex(keyOf(2), "key"))}\n`);
    const uri = "https://relayer.example";
    const open = ["log", "open", "--rpc", anvil.url, "--registry", address, "--uri", uri];
    const opened = await tocsin([...open, "--key-file", file, "--json"], withKey(""));
    expect(opened.code).toBe(0);
    const operator = anvil.accounts[2]!.address.toLowerCase();
    expect(jsonLines(opened.stdout)).toMatchObject([{ logId: 1, operator, uri, chainId, registry: address }]);

    const other = anvil.accounts[3]!.address;
    const forOther = await tocsin([...open, "--operator", other], withKey(keyOf(2)));
    expect(forOther.stdout).toMatch(/^log +2$/m);
    const log = await readLog((method, params) => anvil.rpc(method, params), {
      registry: addressBytes(address),
      logId: 2,
    });
    expect(to0x(log.operator)).toBe(other.toLowerCase());
    for (const { stdout, stderr } of [deployed, opened, forOther]) {
      expect(stdout + stderr).not.toContain(toHex(fromHex(keyOf(1), "key")));
      expect(stdout + stderr).not.toContain(toHex(fromHex(keyOf(2), "key")));
    }
  });

  it("say when the account has no ether", async () => {
    const poor = `0x${"42".repeat(32)}`;
    const { code, stderr } = await tocsin(
      ["log", "open", "--rpc", anvil.url, "--registry", registry],
      withKey(poor),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error FUNDS_INSUFFICIENT: [^\n]+\n/m);
    expect(stderr).not.toContain("42".repeat(32));
  });

  it("say when there is no registry, and when the RPC does not answer", async () => {
    const nowhere = ["--registry", `0x${"11".repeat(20)}`];
    const none = await tocsin(["log", "open", "--rpc", anvil.url, ...nowhere], withKey(keyOf(1)));
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toMatch(/^error TRANSACTION_FAILED: there is no registry/m);
    const down = await tocsin(["registry", "deploy", "--rpc", "http://127.0.0.1:9"], withKey(keyOf(1)));
    expect(down).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error RPC_UNAVAILABLE: /) });
  });

  it.each(["", "nonsense", "0x1234", `0x${"00".repeat(32)}`])(
    "refuse the key %j without showing it",
    async (key) => {
      const { code, stderr } = await tocsin(["registry", "deploy", "--rpc", anvil.url], withKey(key));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error USAGE_INVALID: [^\n]*key[^\n]*\n$/);
      if (key !== "") expect(stderr).not.toContain(key);
    },
  );
});
