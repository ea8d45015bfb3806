import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Contract, getAddress, JsonRpcProvider, type InterfaceAbi } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSource } from "../../dapp/sync/source.ts";
import { startAnvil, type Anvil } from "../support/anvil.ts";
import { freePort } from "../support/server.ts";
import { shellSnippets, SnippetFolder } from "../support/snippets.ts";

const root = join(import.meta.dirname, "..", "..");
const SEPOLIA = 11_155_111;

/** The section word for word, in a folder that stands for the clone; its records stay out of the real one. */
describe("README.md, On a testnet, against a chain with Sepolia's number", () => {
  const folder = new SnippetFolder();
  let anvil: Anvil;
  let provider: JsonRpcProvider;
  let ended: { code: number | null; output: string };

  beforeAll(async () => {
    anvil = await startAnvil(["--chain-id", String(SEPOLIA), "--block-time", "1"]);
    provider = new JsonRpcProvider(anvil.url, SEPOLIA, { staticNetwork: true });
    for (const name of ["package.json", "bin"]) symlinkSync(join(root, name), join(folder.path, name));
    const blocks = shellSnippets(readFileSync(join(root, "README.md"), "utf8"));
    const session = blocks.filter(({ mode }) => mode === "testnet").map(({ commands }) => commands);
    const port = String(await freePort());
    ended = await folder.run(session.join("\n").replaceAll("127.0.0.1:8420", `127.0.0.1:${port}`), {
      SEPOLIA_RPC_URL: anvil.url,
      SEPOLIA_PRIVATE_KEY: anvil.accounts[0]?.privateKey ?? "",
      TOCSIN_PORT: port,
      TOCSIN_DEPLOYMENTS: join(folder.path, "deployments"),
    });
  }, 180_000);

  afterAll(async () => {
    provider.destroy();
    folder.remove();
    await anvil.stop();
  });

  const record = (name: string): unknown =>
    JSON.parse(readFileSync(join(folder.path, "deployments", String(SEPOLIA), name), "utf8"));
  const contract = (name: "ReportRegistry" | "ReportBond"): Contract => {
    const { contracts } = record("contracts.json") as {
      contracts: Record<string, { address: string; abi: InterfaceAbi }>;
    };
    return new Contract(contracts[name]!.address, contracts[name]!.abi, provider);
  };

  test("a relayer serves a log of the registry that was deployed", async () => {
    expect(ended.code, ended.output).toBe(0);
    expect(ended.output).toContain(anvil.accounts[0]?.address.toLowerCase());
    expect(await contract("ReportRegistry").getFunction("logCount")()).toBe(1n);
  });

  test("the bond is for that registry, with the parameters of the file", async () => {
    const bond = contract("ReportBond");
    const [registry, penalty] = await Promise.all(
      ["registry", "penalty"].map((name): Promise<unknown> => bond.getFunction(name)()),
    );
    expect([registry, penalty]).toEqual([
      getAddress(contract("ReportRegistry").target as string),
      10n ** 16n,
    ]);
  });

  test("the records name both", () => {
    const [registry, bond] = [contract("ReportRegistry").target, contract("ReportBond").target];
    expect(record("relayer.json")).toEqual({ chainId: SEPOLIA, registry, bond });
  });

  test("the dapp takes its record once the rest is filled in", () => {
    const template = record("tocsin.json") as object;
    const { errors } = readSource(template) as { errors: object };
    expect(Object.keys(errors).sort()).toEqual(["gateways", "logId", "rpc"]);
    const url = "https://relayer.example";
    expect(readSource({ ...template, rpc: url, logId: 1, gateways: [url], relayer: url })).toMatchObject({
      source: { chainId: SEPOLIA, registry: contract("ReportRegistry").target },
    });
  });
});
