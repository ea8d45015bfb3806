// Installs what a lock file pins, once, with `npm ci`. Must load on Node 20 and need no package.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { environmentFor, run } from "./processes.mjs";
import { note, root } from "./root.mjs";

/** Installs the repository's packages with the given Node when they are missing or older than package-lock.json. */
export function ensureDependencies(node) {
  const first = !existsSync(join(root, "node_modules"));
  return ensureInstalled({
    directory: root,
    node,
    reason: first
      ? "installing the packages of package-lock.json (first run)"
      : "node_modules does not match package-lock.json: installing again",
  });
}

/**
 * Makes `directory`/node_modules hold what its package-lock.json says.
 * @param reason what to tell the person when something has to be fetched
 * @throws when npm fails, with all it printed
 */
export async function ensureInstalled({ directory, node, reason }) {
  if (isStamped(directory)) return;
  await withLock(`install-${basename(directory)}`, async () => {
    if (isStamped(directory)) return;
    if (!matchesLock(directory)) {
      note(reason);
      await install(directory, node);
    }
    stamp(directory);
  });
}

const stampPath = (directory) => join(directory, "node_modules", ".tocsin-installed");

/** What the stamp must say: other packages are installed for another lock file, system or processor. */
function fingerprint(directory) {
  const lock = readFileSync(join(directory, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform} ${process.arch}\n`;
}

function isStamped(directory) {
  try {
    return readFileSync(stampPath(directory), "utf8") === fingerprint(directory);
  } catch {
    return false;
  }
}

function stamp(directory) {
  mkdirSync(join(directory, "node_modules"), { recursive: true });
  writeFileSync(stampPath(directory), fingerprint(directory));
}

/** Whether an `npm ci` that somebody ran by hand left exactly what is wanted: npm notes it when it is done. */
function matchesLock(directory) {
  let installed;
  try {
    const record = join(directory, "node_modules", ".package-lock.json");
    installed = JSON.parse(readFileSync(record, "utf8")).packages;
  } catch {
    return false;
  }
  const wanted = JSON.parse(readFileSync(join(directory, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/") || entry.link) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isForThisMachine(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** An optional package that names a system is wanted where the system is this one; one that names none may be left out. */
function isForThisMachine({ os, cpu, libc }) {
  const names = (list, value) => list === undefined || [list].flat().includes(value);
  if (os === undefined && cpu === undefined) return false;
  return (
    names(os, process.platform) && names(cpu, process.arch) && (libc === undefined || names(libc, thisLibc()))
  );
}

function thisLibc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

async function install(directory, node) {
  const npm = findNpm();
  const { code, output } = await run(
    node,
    [
      npm,
      "ci",
      "--prefix",
      directory,
      "--include=dev",
      "--include=optional",
      "--ignore-scripts",
      "--no-fund",
    ],
    { cwd: directory, env: environmentFor(node), capture: true },
  );
  if (code !== 0) throw new Error(`npm ci failed in ${directory}\n${output}`);
}

/** npm's own script, so that it runs under the Node that is wanted and not under the one of its shebang. */
function findNpm() {
  const from = process.env.npm_execpath ?? "";
  const beside = dirname(process.execPath);
  const candidates = [
    /^np[mx]-cli\.c?js$/.test(basename(from)) ? join(dirname(from), "npm-cli.js") : "",
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    ...(process.env.PATH ?? process.env.Path ?? "").split(delimiter).flatMap((folder) => {
      const command = join(folder, "npm");
      const target = existsSync(command) ? realpathSync(command) : "";
      return [
        basename(target) === "npm-cli.js" ? target : "",
        join(folder, "node_modules", "npm", "bin", "npm-cli.js"),
      ];
    }),
  ];
  const found = candidates.find((path) => path !== "" && existsSync(path));
  if (found === undefined) throw new Error("npm was not found: install it, or put it on PATH");
  return found;
}
