import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

it("the launcher starts where no package is installed yet", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-launcher-"));
  try {
    cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "bin/run.mjs"), "--help"], {
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("test:slow");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
