// Builds the kernel, the contracts and the dapp, each only when something it is made of has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { cache, root } from "./root.mjs";
import { step, tool } from "./steps.mjs";

const kernel = {
  name: "kernel",
  from: [join("protocol", "kernel", "assembly"), join("bin", "buildKernel.mjs"), "package-lock.json"],
  to: join("protocol", "kernel", "wasm.ts"),
  args: () => [join(root, "bin", "buildKernel.mjs")],
};

const contracts = {
  name: "contracts",
  from: ["contracts", "hardhat.config.ts", "package-lock.json"],
  to: "artifacts",
  args: () => [tool("hardhat"), "build", "--quiet"],
};

const dapp = {
  name: "dapp",
  from: ["dapp", "protocol", "contracts", "package-lock.json"],
  to: join("dapp", "dist"),
  args: () => [tool("vite"), "build", "dapp", "--logLevel", "warn"],
};

/** Builds everything that is not up to date. Two processes that build at the same time take turns. */
export async function build(node) {
  await buildOne(node, kernel);
  await buildContracts(node);
  await buildOne(node, dapp);
}

/** Builds the contracts alone: types and tests read their artifacts. */
export async function buildContracts(node) {
  await buildOne(node, contracts);
}

async function buildOne(node, target) {
  await withLock(`build-${target.name}`, async () => {
    const inputs = hashOf(target.from.map((path) => join(root, path)));
    const output = join(root, target.to);
    const stamp = join(cache, `built-${target.name}`);
    // The output counts too: a coverage run leaves instrumented artifacts behind.
    const built = () => `${inputs} ${hashOf([output])}`;
    if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === built()) {
      console.error(`ok    build ${target.name}  (up to date)`);
      return;
    }
    await step(node, `build ${target.name}`, target.args());
    mkdirSync(cache, { recursive: true });
    writeFileSync(stamp, built());
  });
}

const notInputs = new Set(["node_modules", "dist"]);

/** One hash over the names and bytes of files and of all files in folders, without packages and built files below them. */
function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!notInputs.has(name)) add(join(path, name));
    } else
      hash
        .update(path)
        .update("\0")
        .update(createHash("sha256").update(readFileSync(path)).digest());
  };
  paths.filter((path) => existsSync(path)).forEach(add);
  return hash.digest("hex");
}
