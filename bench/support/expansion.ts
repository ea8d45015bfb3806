import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { compileKernel, createKernel } from "@tocsin/protocol/kernel/kernel.ts";
import { expandAll } from "@tocsin/protocol/match/expand.ts";
import { readRatchet } from "@tocsin/protocol/match/readRatchet.ts";
import type { CheckInputFiles } from "./checkInput.ts";

/** Seconds that the kernel takes on one thread to expand all reports of a log, and to do nothing with them. */
export async function expandBare({ folder }: CheckInputFiles): Promise<number> {
  const kernel = createKernel(compileKernel());
  let seconds = 0;
  for (const name of await readdir(folder)) {
    if (name === "log.json") continue;
    const { entries } = decodeBatchFile(new Uint8Array(await readFile(join(folder, name))));
    const ratchets = entries.flatMap((entry) => readRatchet(entry) ?? []);
    const start = performance.now();
    expandAll(kernel, ratchets, () => undefined);
    seconds += (performance.now() - start) / 1_000;
  }
  return seconds;
}
