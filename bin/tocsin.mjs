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

let node;
try {
  node = await ensureNode();
  await ensureDependencies(node);
} catch (error) {
  note(error.message);
  process.exit(1);
}

if (node === process.execPath && runsTypeScriptQuietly()) {
  process.argv[1] = entry;
  // A third of a command's time is its compilation. The folder is the repository's own: no stranger writes there.
  module.enableCompileCache(join(cache, "compiled"));
  await import(pathToFileURL(entry).href);
} else {
  const args = [...typeScriptOptions, entry, ...process.argv.slice(2)];
  const { code } = await run(node, args, { env: environmentFor(node) });
  process.exit(code);
}
