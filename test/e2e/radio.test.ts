import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startRadio } from "../../demo/radio.ts";
import { playStory } from "../../demo/story.ts";

it("plays the story with three recorders on a simulated radio", { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-radio-"));
  const stage = await startRadio({ folder: join(folder, "stage"), tell: () => undefined });
  const lines: string[] = [];
  try {
    await playStory(stage, stage.live, (line) => lines.push(line));
  } finally {
    await stage.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  // They were together for 45 minutes, which pass in eleven seconds: a busy machine hears the first or the last too late.
  expect(lines.join("\n")).toMatch(/exposure +\d\d:\d\d, [34]\d min[^]*accepted[^]*no exposures detected/);
});
