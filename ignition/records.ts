import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** The address of the registry, and of a bond for it. */
export interface Deployed {
  ReportRegistry: string;
  ReportBond?: string;
}

interface ContractsRecord {
  chainId: number;
  contracts: Record<string, { address: string; abi: unknown }>;
}

/**
 * Writes what was deployed to a chain into the chain's folder:
 * - relayer.json, settings for `tocsin serve --config`
 * - tocsin.json, first settings of the dapp, in which what a deployment cannot know is left empty
 * - contracts.json, addresses and ABIs, for everything else
 * @returns the folder
 */
export async function writeRecords(
  hre: HardhatRuntimeEnvironment,
  chainId: number,
  deployed: Deployed,
): Promise<string> {
  const folder = join(
    process.env.TOCSIN_DEPLOYMENTS ?? join(hre.config.paths.root, "deployments"),
    String(chainId),
  );
  const registry = deployed.ReportRegistry.toLowerCase();
  const contracts: ContractsRecord["contracts"] = {};
  for (const [name, address] of Object.entries(deployed) as [string, string][]) {
    contracts[name] = { address: address.toLowerCase(), abi: (await hre.artifacts.readArtifact(name)).abi };
  }
  const earlier = readContracts(join(folder, "contracts.json"));
  // A run without a bond does not forget the one that the registry has.
  const all = { ...(earlier.ReportRegistry?.address === registry ? earlier : {}), ...contracts };
  const records = {
    "relayer.json": { chainId, registry, bond: all.ReportBond?.address },
    "tocsin.json": { name: "", rpc: "", chainId, registry, logId: 0, gateways: [], relayer: "" },
    "contracts.json": { chainId, contracts: all } satisfies ContractsRecord,
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, record] of Object.entries(records)) {
    writeFileSync(join(folder, name), `${JSON.stringify(record, undefined, 2)}\n`);
  }
  return folder;
}

function readContracts(file: string): ContractsRecord["contracts"] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ContractsRecord).contracts : {};
}
