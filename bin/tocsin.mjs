#!/usr/bin/env node
// The command `tocsin`: finds a Node and the packages, then hands over to relayer/cli/tocsin.ts.
import module from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureNode, runsTypeScriptQuietly, typeScriptOptions } from "./node24.mjs";
import { environmentFor, run } from "./processes.mjs";
import { cache, note, root } from "./root.mjs";

const entry = join(root, "relayer", "cli", "tocsin.ts");
const isRelayer = process.argv[2] === "serve";
/** What a relayer throws away is young: with V8's own choice it would keep a hundred megabytes more for it. */
const smallYoungGeneration = "--max-semi-space-size=16";
const options = isRelayer ? [smallYoungGeneration] : [];
// glibc keeps what is free for each thread apart, unless told otherwise: a relayer's threads would keep 30 megabytes.
if (isRelayer) process.env.MALLOC_ARENA_MAX ??= "2";

// A third of a command's time is its compilation, and most of a thread's start: threads know the folder by this name.
// It is the repository's own, and no stranger writes there.
process.env.NODE_COMPILE_CACHE = join(cache, "compiled");

let node;
try {
  node = await ensureNode();
  await ensureDependencies(node);
} catch (error) {
  note(error.message);
  process.exit(1);
}

const isReady = node === process.execPath && runsTypeScriptQuietly();
if (
  isReady &&
  process.platform !== "win32" &&
  !options.every((option) => process.execArgv.includes(option))
) {
  process.execve(node, [node, ...process.execArgv, ...options, ...process.argv.slice(1)], process.env);
} else if (isReady) {
  process.argv[1] = entry;
  module.enableCompileCache();
  await import(pathToFileURL(entry).href);
} else {
  const args = [...typeScriptOptions, ...options, entry, ...process.argv.slice(2)];
  const { code } = await run(node, args, { env: environmentFor(node) });
  process.exit(code);
}
