import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { playOmission, startOmission } from "../../demo/omission.ts";

it("plays how a relayer that drops a report is made to pay", { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-omission-"));
  const stage = await startOmission({ folder: join(folder, "stage"), tell: () => undefined });
  const lines: string[] = [];
  try {
    await playOmission(stage, (line) => lines.push(line));
  } finally {
    await stage.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  expect(lines.join("\n")).toMatch(
    /demand +0x[0-9a-f]{64}[^]*claimable[^]*paid +0\.26 ether[^]*burnt +0\.25 ether/,
  );
});

it("names the scenes when there is no such one", { timeout: 60_000 }, async () => {
  const demo = join(import.meta.dirname, "../../demo/demo.ts");
  const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [demo, "--scene", "comission"], (error, _, stderr) => {
      resolve({ code: error?.code, stderr });
    });
  });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('there is no scene "comission"; the scenes are: story, radio, omission');
});
