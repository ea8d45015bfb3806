import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatIgnitionEthers from "@nomicfoundation/hardhat-ignition-ethers";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import { configVariable, defineConfig } from "hardhat/config";

// The compiler from the npm package, by path: a build asks no network, and the lock file pins the bytes.
const compiler = createRequire(import.meta.url).resolve("solc/soljson.js");

const compilation = {
  version: "0.8.37",
  path: compiler,
  isolated: false,
  settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 10_000 } },
};

export default defineConfig({
  plugins: [hardhatEthers, hardhatIgnitionEthers, hardhatNetworkHelpers],
  paths: { sources: "contracts", tests: { solidity: "contracts" } },
  // Deployments build with the production profile: the same, so what is deployed is what was tested.
  solidity: { profiles: { default: compilation, production: compilation } },
  networks: {
    local: { type: "http", chainType: "l1", chainId: 31337, url: "http://127.0.0.1:8545" },
    // Both variables are read when this network is used, never for a build or a test.
    sepolia: {
      type: "http",
      chainType: "l1",
      chainId: 11155111,
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("SEPOLIA_PRIVATE_KEY")],
    },
  },
  test: { solidity: { fuzz: { runs: 1000 }, invariant: { runs: 32, depth: 64 } } },
});
