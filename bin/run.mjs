#!/usr/bin/env node
// `npm run NAME`: finds a Node and the packages first, so that every task runs alike on every machine.
import { build, buildContracts } from "./build.mjs";
import { check, fix } from "./check.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureNode, typeScriptOptions } from "./node24.mjs";
import { note } from "./root.mjs";
import { show, StepFailed, tool } from "./steps.mjs";
import { testFast, testSlow } from "./tests.mjs";

/** Runs a program of this repository as it is, after a build. */
const program = (file) => async (node, args) => {
  await build(node);
  return show(node, [...typeScriptOptions, file, ...args]);
};

async function deploy(node, args) {
  await buildContracts(node);
  return show(node, [tool("hardhat"), "deploy", ...args]);
}

const tasks = {
  demo: [
    "a chain, a relayer and the dapp with a report on its way, on this machine",
    program("demo/demo.ts"),
  ],
  test: ["all tests but the slow ones (arguments go to vitest)", testFast],
  "test:slow": ["the tests that take minutes (arguments go to vitest)", testSlow],
  check: ["types, lint, format, unused code, architecture", check],
  fix: ["format and lint what can be put right by a tool", fix],
  build: ["kernel, contracts and dapp", async (node) => (await build(node), 0)],
  dev: ["a chain, a relayer and the dapp with live reload", program("demo/dev.ts")],
  screenshots: [
    "pictures of every screen in test/screenshots (arguments choose which)",
    program("demo/screenshots.ts"),
  ],
  deploy: ["the contracts to a chain (arguments say which)", deploy],
  bench: ["measurements (arguments choose which)", program("bench/run.ts")],
  hammer: ["writers and verifying readers against one relayer, for a while", program("bench/hammer.ts")],
};

const usage = `Usage: npm run NAME [-- arguments]

${Object.entries(tasks)
  .map(([name, [summary]]) => `  ${name.padEnd(11)} ${summary}`)
  .join("\n")}`;

const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === "--help" || name === "-h") {
  console.log(usage);
  process.exit(name === undefined ? 2 : 0);
}
if (!Object.hasOwn(tasks, name)) {
  console.error(`There is no task "${name}".\n\n${usage}`);
  process.exit(2);
}

try {
  const node = await ensureNode();
  await ensureDependencies(node);
  process.exitCode = await tasks[name][1](node, args);
} catch (error) {
  if (!(error instanceof StepFailed)) note(error.stack);
  process.exitCode = 1;
}
