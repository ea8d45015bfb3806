import { existsSync } from "node:fs";
import { join } from "node:path";

/** Stops a run without built contracts at once: vitest does not compile Solidity. */
export default function requireBuild(): void {
  const artifacts = join(import.meta.dirname, "..", "..", "artifacts", "contracts");
  if (!existsSync(artifacts)) throw new Error("The contracts are not built. Run `npm run build` first.");
}
