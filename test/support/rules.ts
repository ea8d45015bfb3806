import ts from "typescript";
import { importsOf, isScript, type Import, type SourceFile } from "./sources.ts";

/** One of the design's rules: what it demands, and the places that break it ("file → import", "file: reason"). */
export interface Rule {
  name: string;
  violations: (files: SourceFile[]) => string[];
}

const maximumLines = 350;

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || path.startsWith("test/");
const isIn = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const isPackage = (specifier: string, ...names: string[]): boolean =>
  names.some((name) => specifier === name || specifier.startsWith(`${name}/`));

/** A rule about who may import what: `applies` picks the importing files, `allows` judges each of their imports. */
function importRule(
  name: string,
  applies: (path: string) => boolean,
  allows: (found: Import) => boolean,
): Rule {
  return {
    name,
    violations: (files) =>
      files
        .filter((file) => isScript(file) && applies(file.path))
        .flatMap(importsOf)
        .filter((found) => !allows(found))
        .map(({ from, specifier }) => `${from} → ${specifier}`),
  };
}

function textRule(name: string, pattern: RegExp, applies: (path: string) => boolean): Rule {
  return {
    name,
    violations: (files) =>
      files
        .filter(({ path }) => applies(path))
        .flatMap(({ path, text }) =>
          text.split("\n").flatMap((line, index) => {
            const found = pattern.exec(line)?.[0];
            return found === undefined ? [] : [`${path}:${index + 1}: ${found}`];
          }),
        ),
  };
}

const recorderCore = ["keys", "air", "contacts", "ports", "recorder.ts", "attempts.ts", "notes.ts"].map(
  (name) => `recorder/${name}`,
);
const core = ["intake", "batcher", "publisher", "fsck", "ports"].map((folder) => `relayer/${folder}`);

const protocolAllows = ({ from, specifier, target }: Import): boolean => {
  if (target !== undefined) return isIn(target, "protocol");
  if (specifier === "merkletreejs") return from === "protocol/tree/build.ts";
  return isPackage(specifier, "@noble/curves", "@noble/hashes", "multiformats");
};

/** A file of which every statement only passes on what another file exports. */
function isBarrel(file: SourceFile): boolean {
  const { statements } = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest);
  const passesOn = (statement: ts.Statement): boolean =>
    ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
  return statements.some(ts.isExportDeclaration) && statements.every(passesOn);
}

// Written in pieces, so that this file keeps the rule it states.
const machinePaths = ["work", "root", "home", "Users"].map((name) => `/${name}/`).join("|");
const registryHosts = /https?:\/\/[\w.-]*(?:npmjs|yarnpkg|registry|artifactory|nexus|verdaccio)[\w.-]*/;

/** The dependency rules of the design, and what keeps the tree readable, in the order of the design. */
export const rules: Rule[] = [
  importRule(
    "protocol is pure: it imports noble, multiformats, itself, and merkletreejs only in tree/build.ts",
    (path) => isIn(path, "protocol") && !isTest(path),
    protocolAllows,
  ),
  importRule(
    "relayer core (intake, batcher, publisher, fsck, ports) sees only protocol, ports and itself",
    (path) => isIn(path, ...core) && !isTest(path),
    ({ target }) => target !== undefined && isIn(target, "protocol", ...core),
  ),
  importRule(
    "only relayer/app.ts wires adapters in",
    (path) => path !== "relayer/app.ts" && !isIn(path, "relayer/adapters") && !isTest(path),
    ({ target }) => target === undefined || !isIn(target, "relayer/adapters"),
  ),
  importRule(
    "the dapp never imports the relayer or the recorder",
    (path) => isIn(path, "dapp"),
    ({ target }) => target === undefined || !isIn(target, "relayer", "recorder"),
  ),
  importRule(
    "recorder core (keys, air, contacts, ports, recorder.ts and its parts) sees only protocol, itself, Node and SQLite",
    (path) => isIn(path, ...recorderCore) && !isTest(path),
    ({ target, specifier }) =>
      target === undefined
        ? specifier.startsWith("node:") || specifier === "better-sqlite3"
        : isIn(target, "protocol", "recorder/errors.ts", ...recorderCore),
  ),
  importRule(
    "only recorder/app.ts wires the radio in, and only the doctor looks at adapters besides",
    (path) => !isIn(path, "recorder/app.ts", "recorder/bluez", "recorder/cli/doctor.ts") && !isTest(path),
    ({ target }) => target === undefined || !isIn(target, "recorder/bluez"),
  ),
  importRule(
    "the recorder takes from the relayer only how a command line reads and writes",
    (path) => isIn(path, "recorder") && !isTest(path),
    ({ target }) =>
      target === undefined ||
      !isIn(target, "relayer") ||
      isIn(
        target,
        ...["errors", "files", "options", "output", "program"].map((name) => `relayer/cli/${name}.ts`),
      ),
  ),
  importRule(
    "ethers stays in relayer/adapters, relayer/cli, relayer/app.ts, Hardhat, tests, demo and bench",
    (path) =>
      !isTest(path) &&
      !isIn(
        path,
        "relayer/adapters",
        "relayer/cli",
        "relayer/app.ts",
        "hardhat.config.ts",
        "ignition",
        "demo",
        "bench",
      ),
    ({ specifier }) => !isPackage(specifier, "ethers"),
  ),
  importRule(
    "viem stays in the dapp",
    (path) => !isIn(path, "dapp"),
    ({ specifier }) => !isPackage(specifier, "viem"),
  ),
  {
    name: "no barrels: a file has something of its own, and importers name the file that has it",
    violations: (files) => files.filter((file) => isScript(file) && isBarrel(file)).map(({ path }) => path),
  },
  {
    name: `no source file is longer than ${maximumLines} lines`,
    violations: (files) =>
      files
        .filter((file) => isScript(file) || /\.(sol|css|html)$/.test(file.path))
        .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, "").split("\n").length }))
        .filter(({ lines }) => lines > maximumLines)
        .map(({ path, lines }) => `${path}: ${lines} lines`),
  },
  textRule(
    "no file names a path of one machine",
    new RegExp(`(?<![\\w.@~}\\])-])(?:${machinePaths})[\\w.-]+`),
    () => true,
  ),
  textRule("no file names a package registry's host", registryHosts, () => true),
];
