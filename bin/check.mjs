// Everything about the sources that can be checked without running them.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildContracts } from "./build.mjs";
import { since, step, StepFailed, tool } from "./steps.mjs";

const cached = (name) => join("node_modules", ".cache", "tocsin", name);
// Solidity tests are named and documented as tests are, not as contracts.
const contracts = "contracts/**/!(*.t).sol";

// Slowest first. eslint keeps no cache: its rules read types, and those change with files other than the one cached.
const checks = {
  eslint: () => [tool("eslint"), ".", "--max-warnings=0"],
  "types of dapp": () => [tool("typescript", "tsc"), "-p", "dapp"],
  "types of relayer, tests, tools": () => [tool("typescript", "tsc"), "-p", "."],
  "types of protocol": () => [tool("typescript", "tsc"), "-p", "protocol"],
  prettier: () => [
    tool("prettier"),
    "--check",
    "--log-level=warn",
    ".",
    "--cache",
    "--cache-location",
    cached("prettier"),
  ],
  solhint: () => [tool("solhint"), "--max-warnings=0", "--noPoster", contracts],
  knip: () => [tool("knip"), "--no-progress"],
  architecture: () => [tool("vitest"), "run", "--project", "fast", "test/architecture.test.ts"],
};

/** Runs every check, a few at a time, and reports each. Resolves with 0, or 1 when any failed. */
export async function check(node) {
  const start = performance.now();
  await buildContracts(node);
  const failed = [];
  const waiting = Object.entries(checks);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [label, args] = next;
      try {
        await step(node, label, args());
      } catch (error) {
        if (!(error instanceof StepFailed)) throw error;
        failed.push(label);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism() - 1) }, worker));
  const passed = Object.keys(checks).length - failed.length;
  console.log(`${passed} checks passed, ${failed.length} failed  (${since(start)})`);
  return failed.length === 0 ? 0 : 1;
}

/** Rewrites what prettier and eslint can put right by themselves. Resolves with the exit code. */
export async function fix(node) {
  await step(node, "prettier", [tool("prettier"), "--write", "--log-level=warn", "."]);
  await step(node, "eslint", [tool("eslint"), ".", "--fix"]);
  return 0;
}
