// Starts a command of this repository: finds a Node and the packages, then hands over to its TypeScript.
import module from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureNode, runsTypeScriptQuietly, typeScriptOptions } from "./node24.mjs";
import { environmentFor, run } from "./processes.mjs";
import { cache, note } from "./root.mjs";

/**
 * Runs a command in this process where it can, and ends as the command does.
 * @param entry path of the command's TypeScript
 * @param options of Node
 */
export async function launch(entry, options = []) {
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
}
