import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { showLive, type Terminal } from "./live.ts";

/** A terminal of 4 lines and 20 columns, with what was written to it. */
class FakeTerminal {
  readonly rawModes: boolean[] = [];
  readonly input = Object.assign(new PassThrough(), {
    setRawMode: (raw: boolean) => this.rawModes.push(raw),
  });
  readonly output = Object.assign(new PassThrough(), { rows: 4, columns: 20 });
  written = "";

  constructor() {
    this.output.on("data", (chunk: Buffer) => (this.written += chunk.toString()));
  }

  get terminal(): Terminal {
    return this;
  }
}

describe("a live view", () => {
  it.each([
    ["q", "q"],
    ["Ctrl-C", "\u0003"],
  ])("draws again and again until %s, and leaves the terminal as it was", async (_, key) => {
    const fake = new FakeTerminal();
    let drawn = 0;
    await showLive(fake.terminal, 1, async () => {
      if (++drawn === 3) fake.input.write(key);
      return `drawing ${drawn}`;
    });
    expect(fake.written).toContain("drawing 1");
    expect(fake.written).toContain("drawing 2");
    expect(fake.written.startsWith("\x1b[?1049h\x1b[?25l")).toBe(true);
    expect(fake.written.endsWith("\x1b[?25h\x1b[?1049l")).toBe(true);
    expect(fake.rawModes).toEqual([true, false]);
    expect(fake.input.isPaused()).toBe(true);
  });

  it("ends with the input, and at once however long the interval", async () => {
    const fake = new FakeTerminal();
    const ended = showLive(fake.terminal, 3_600_000, async () => "text");
    fake.input.end();
    await ended;
    expect(fake.rawModes).toEqual([true, false]);
  });

  it("cuts what does not fit, so that lines stay where they are", async () => {
    const fake = new FakeTerminal();
    let drawn = 0;
    await showLive(fake.terminal, 1, async () => {
      if (++drawn === 2) fake.input.write("q");
      return ["a".repeat(30), "b", "c", "d", "e"].join("\n");
    });
    expect(fake.written).toContain(`\x1b[H${"a".repeat(20)}\x1b[K\nb\x1b[K\nc\x1b[K\n\x1b[J`);
    expect(fake.written).not.toContain("d");
  });
});
