// Runs the tests and ends with one line that sums them up: "N passed, N failed".
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./dependencies.mjs";
import { environmentFor, run } from "./processes.mjs";
import { cache, root } from "./root.mjs";
import { since, show, stopIfInterrupted, tool } from "./steps.mjs";

/** All tests but the slow ones; with arguments only those that vitest is asked for. Resolves with the exit code. */
export async function testFast(node, args) {
  await build(node);
  const results = [await vitest(node, ["fast"], args)];
  if (args.length === 0) results.push(await solidity(node, "fast"));
  return close(results);
}

/** The tests that need minutes: other processes, a browser, faults on purpose. Resolves with the exit code. */
export async function testSlow(node, args) {
  await build(node);
  if (needsInterop(args)) {
    const reason = "installing other people's IPFS implementations for test/integration/interop.slow.test.ts";
    await ensureInstalled({ directory: join(root, "test", "interop"), node, reason });
  }
  const results = [await vitest(node, ["slow", "alone"], args)];
  if (args.length === 0) {
    // It needs packages, which are not there yet when the launcher itself is loaded.
    const { coverage } = await import("./coverage.mjs");
    results.push(await solidity(node, "slow"), await coverage(node));
  }
  return close(results);
}

/** Whether the tests that vitest is asked for include the one with packages of its own. */
function needsInterop(args) {
  const names = args.filter((arg) => !arg.startsWith("-"));
  return names.length === 0 || names.some((name) => "test/integration/interop.slow.test.ts".includes(name));
}

function close(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const failed = sum("failed");
  console.log(`\n${sum("passed")} passed, ${failed} failed`);
  return failed > 0 || results.some(({ code }) => code !== 0) ? 1 : 0;
}

async function vitest(node, projects, args) {
  const report = join(cache, `vitest-${projects[0]}-${process.pid}.json`);
  mkdirSync(cache, { recursive: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const chosen = projects.map((project) => `--project=${project}`);
  const code = await show(node, [tool("vitest"), "run", ...chosen, ...reporters, ...args]);
  stopIfInterrupted();
  const { passed, failed } = countsOf(report);
  rmSync(report, { force: true });
  // An error outside of every test fails the run, too.
  return { code, passed, failed: Math.max(failed, code === 0 ? 0 : 1) };
}

/** Passed and failed tests in vitest's JSON report; a file that could not even be loaded counts as a failed test. */
function countsOf(report) {
  let json;
  try {
    json = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = json.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return { passed: json.numPassedTests, failed: json.numFailedTests + broken.length };
}

/** The fuzz tests and invariants of the contracts: hardhat.config.ts says how many runs the slow ones have. */
async function solidity(node, speed) {
  const start = performance.now();
  const args = [tool("hardhat"), "test", "solidity", "--no-compile"];
  const env = { ...environmentFor(node), TOCSIN_SOLIDITY_TESTS: speed };
  const { code, output } = await run(node, args, { cwd: root, env, capture: true });
  stopIfInterrupted();
  const count = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const passed = count("passing");
  const failed = Math.max(count("failing"), code === 0 ? 0 : 1);
  if (failed > 0) console.log(output.trimEnd());
  console.log(
    `${failed === 0 ? "ok  " : "FAIL"}  Solidity tests: ${passed} passed, ${failed} failed  (${since(start)})`,
  );
  return { code, passed, failed };
}
