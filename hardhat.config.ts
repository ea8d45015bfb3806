import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatIgnitionEthers from "@nomicfoundation/hardhat-ignition-ethers";
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import { configVariable, defineConfig, task } from "hardhat/config";
import type { HttpNetworkUserConfig } from "hardhat/types/config";

// The compiler from the npm package, by path: a build asks no network, and the lock file pins the bytes.
const compiler = createRequire(import.meta.url).resolve("solc/soljson.js");

const compilation = {
  version: "0.8.37",
  path: compiler,
  isolated: false,
  settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 10_000 } },
};

/**
 * A public chain. Its two variables come from the environment or else from Hardhat's encrypted keystore, and are read
 * when the network is used, never for a build or a test.
 */
const publicNetwork = (
  name: string,
  chainId: number,
  chainType: "l1" | "op" = "l1",
): HttpNetworkUserConfig => ({
  type: "http",
  chainType,
  chainId,
  url: configVariable(`${name}_RPC_URL`),
  accounts: [configVariable(`${name}_PRIVATE_KEY`)],
});

const deploy = task("deploy", "Deploys the contracts and writes their addresses for relayer and dapp")
  .addOption({ name: "registry", description: "A registry that is there already", defaultValue: "" })
  .addFlag({ name: "bond", description: "Deploys a ReportBond for the registry, too" })
  .addOption({ name: "parameters", description: "JSON file with parameters of the bond", defaultValue: "" })
  .addFlag({ name: "verify", description: "Shows the sources to Etherscan (needs ETHERSCAN_API_KEY)" })
  .setAction(() => import("./ignition/deploy.ts"))
  .build();

const fastTests = { fuzz: { runs: 250 }, invariant: { runs: 24, depth: 60 } };
const slowTests = { fuzz: { runs: 5000 }, invariant: { runs: 256, depth: 120 } };

export default defineConfig({
  plugins: [hardhatEthers, hardhatIgnitionEthers, hardhatKeystore, hardhatNetworkHelpers, hardhatVerify],
  tasks: [deploy],
  // Who keeps records of deployments elsewhere keeps Ignition's journals of them there, too.
  paths: {
    sources: "contracts",
    tests: { solidity: "contracts" },
    ignition: process.env.TOCSIN_DEPLOYMENTS ?? "ignition",
  },
  // Deployments build with the production profile: the same, so what is deployed is what was tested.
  solidity: { profiles: { default: compilation, production: compilation } },
  networks: {
    local: { type: "http", chainType: "l1", chainId: 31337, url: "http://127.0.0.1:8545" },
    sepolia: publicNetwork("SEPOLIA", 11155111),
    hoodi: publicNetwork("HOODI", 560048),
    baseSepolia: publicNetwork("BASE_SEPOLIA", 84532, "op"),
  },
  verify: {
    etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") },
    blockscout: { enabled: false },
    sourcify: { enabled: false },
  },
  test: { solidity: process.env.TOCSIN_SOLIDITY_TESTS === "slow" ? slowTests : fastTests },
});
