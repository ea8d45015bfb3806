// Measures which lines and branches of the contracts their Solidity tests reach. All of it happens in a copy, so that
// the artifacts of the real contracts stay as they are.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { branchProbes } from "./branches.mjs";
import { environmentFor, run } from "./processes.mjs";
import { root } from "./root.mjs";
import { since, stopIfInterrupted, tool } from "./steps.mjs";

/**
 * Runs the Solidity tests with every line and every outcome of every condition counted.
 * Prints one line, and names what no test reaches. Resolves with { code, passed, failed }: one check.
 */
export async function coverage(node) {
  const start = performance.now();
  const folder = join(root, "cache", `coverage-${process.pid}`);
  try {
    const probes = prepare(folder);
    const args = [tool("hardhat"), "test", "solidity", "--coverage"];
    const { code, output } = await run(node, args, {
      cwd: folder,
      env: environmentFor(node),
      capture: true,
    });
    stopIfInterrupted();
    if (code !== 0) return close(start, [output.trimEnd()], "the tests fail when they are counted");
    const missed = unreached(readFileSync(join(folder, "coverage", "lcov.info"), "utf8"), probes);
    return close(start, missed, `${missed.length} lines or branches without a test`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function close(start, problems, summary) {
  const failed = problems.length === 0 ? 0 : 1;
  if (failed > 0) console.log(problems.join("\n"));
  const result = failed === 0 ? "every line and branch of contracts/ is tested" : summary;
  console.log(`${failed === 0 ? "ok  " : "FAIL"}  coverage: ${result}  (${since(start)})`);
  return { code: failed, passed: 1 - failed, failed };
}

/** A copy of the contracts with a probe at each branch; resolves what the probes in each file stand for. */
function prepare(folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "contracts"), join(folder, "contracts"), { recursive: true });
  cpSync(join(root, "hardhat.config.ts"), join(folder, "hardhat.config.ts"));
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  const probes = new Map();
  for (const name of readdirSync(join(folder, "contracts"), { recursive: true })) {
    if (!name.endsWith(".sol") || name.endsWith(".t.sol")) continue;
    const path = join(folder, "contracts", name);
    const { source, meanings } = branchProbes(name, readFileSync(path, "utf8"));
    writeFileSync(path, source);
    probes.set(`contracts/${name.replaceAll("\\", "/")}`, meanings);
  }
  return probes;
}

/** What an LCOV report counts as not reached in the files that have probes, as "file:line: what". */
function unreached(lcov, probes) {
  const missed = [];
  const seen = new Set();
  let file = "";
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) file = line.slice(3);
    const meanings = probes.get(file);
    const [, number, count] = /^DA:(\d+),(\d+)$/.exec(line) ?? [];
    if (meanings === undefined || number === undefined) continue;
    seen.add(file);
    if (Number(count) > 0) continue;
    missed.push(`${file}:${meanings.get(Number(number)) ?? `${number}: never runs`}`);
  }
  // A file without any counted line would look as if all of it were tested.
  for (const [path, meanings] of probes) {
    if (meanings.size > 0 && !seen.has(path)) missed.push(`${path}: not counted at all`);
  }
  return missed;
}
