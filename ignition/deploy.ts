import { rmSync } from "node:fs";
import { join } from "node:path";
import { readDeploymentParameters } from "@nomicfoundation/hardhat-ignition/helpers";
import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import ReportBondModule from "./modules/ReportBond.ts";
import ReportRegistryModule from "./modules/ReportRegistry.ts";
import { writeRecords, type Deployed } from "./records.ts";

/** What `hardhat deploy` was asked for. Texts are empty where nothing was given. */
export interface DeployArguments {
  /** Address of a registry that is there already, in place of a new one. */
  registry: string;
  bond: boolean;
  /** Path of a JSON file with parameters by module. */
  parameters: string;
  verify: boolean;
}

/**
 * The task `deploy`: deploys with Ignition, which goes on where an earlier run for this chain stopped, and writes the
 * records that relayer and dapp read.
 */
export default async function deploy(
  { registry: given, bond, parameters, verify }: DeployArguments,
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  if (given !== "" && !/^0x[0-9a-fA-F]{40}$/.test(given)) {
    throw refuse("--registry takes an address: 0x and 40 digits of hex");
  }
  const connection = await hre.network.create();
  if (connection.networkConfig.type === "edr-simulated") {
    throw refuse("a simulated chain ends with this command: name a network with --network");
  }
  const { ethers, ignition, networkName } = connection;
  const chainId = Number((await ethers.provider.getNetwork()).chainId);
  const [account] = await ethers.getSigners();
  console.log(`deploying to ${networkName} (chain ${chainId}) from ${account?.address ?? "no account"}`);

  const deploymentId = `chain-${chainId}`;
  const journal = join(hre.config.paths.ignition, "deployments", deploymentId);
  // A chain on this machine forgets everything when it ends, and the next one has its number.
  if (networkName === "local") rmSync(journal, { recursive: true, force: true });

  const options = { deploymentId };
  const address =
    given || (await (await ignition.deploy(ReportRegistryModule, options)).registry.getAddress());
  if ((await ethers.provider.getCode(address)) === "0x") {
    const why = given === "" ? `: was ${journal} made on another chain of this number?` : "";
    throw refuse(`there is no contract at ${address}${why}`);
  }
  const deployed: Deployed = { ReportRegistry: address };
  if (bond) {
    const read = parameters === "" ? {} : await readDeploymentParameters(parameters);
    const forBond = { ...read, ReportBond: { ...read.ReportBond, registry: address } };
    const made = await ignition.deploy(ReportBondModule, { ...options, parameters: forBond });
    deployed.ReportBond = await made.bond.getAddress();
  }
  for (const [name, at] of Object.entries(deployed)) console.log(`${name} ${at}`);
  const folder = await writeRecords(hre, chainId, deployed);
  console.log(`records for relayer and dapp in ${folder}`);
  if (verify) await hre.tasks.getTask(["ignition", "verify"]).run({ deploymentId });
}

/** An error that Hardhat prints as its message alone. */
function refuse(message: string): HardhatPluginError {
  return new HardhatPluginError("tocsin", message);
}
