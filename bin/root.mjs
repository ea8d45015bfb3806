import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder, whatever the working directory is. */
export const root = join(fileURLToPath(import.meta.url), "..", "..");

/** Where the tasks keep what can be thrown away: it goes with node_modules. */
export const cache = join(root, "node_modules", ".cache", "tocsin");

/** A note to the person at the terminal. Never on stdout, which belongs to the command that runs. */
export function note(text) {
  process.stderr.write(`tocsin: ${text}\n`);
}
