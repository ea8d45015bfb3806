import { describe, expect, it, vi } from "vitest";
import { jsonLines } from "../support/tocsin.ts";
import { tocsinRecorder } from "../support/tocsinRecorder.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const commands = ["run", "status", "pair", "unpair", "approve", "deny", "export", "keys", "purge", "doctor"];

describe("tocsin-recorder --help", () => {
  it("lists every command", async () => {
    const { code, stdout, stderr } = await tocsinRecorder(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  });

  it.each(commands)("%s says what it does, with an example", async (name) => {
    const { code, stdout, stderr } = await tocsinRecorder([name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Usage: tocsin-recorder ${name}`);
    expect(stdout).toContain(`$ tocsin-recorder ${name}`);
  });
});

describe("wrong usage ends with 2 and one line", () => {
  const keys = ["keys", "--out", "x"];
  it.each([
    [["rum"], /unknown command 'rum'/],
    [["run", "--fast"], /unknown option '--fast'/],
    [["status", "more"], /too many arguments/],
    [["run", "--port", "1"], /--port .*from 1024 to 65535/],
    [[...keys, "--from", "9", "--to", "9"], /--from must lie before --to/],
    [[...keys, "--from", "9999999999"], /--from must lie .*before now/],
    [[...keys, "--from", "yesterday", "--to", "9"], /ISO 8601/],
    [[...keys, "--to", "1"], /--from <time>' not specified/],
    [["purge"], /--contacts, --keys or --everything/],
  ])("%j", async (args, reason) => {
    const { code, stdout, stderr } = await tocsinRecorder(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error USAGE_INVALID: [^\n]*\n$/);
    expect(stderr).toMatch(reason);
  });

  it("with --json it is an object on stdout, too", async () => {
    const { code, stdout } = await tocsinRecorder(["purge", "--json"]);
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toEqual([
      { error: { code: "USAGE_INVALID", message: expect.stringContaining("--everything") as string } },
    ]);
  });

  it("a missing command shows the help", async () => {
    const { code, stdout, stderr } = await tocsinRecorder([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: tocsin-recorder");
    expect(stderr).toMatch(/error USAGE_INVALID: a command is missing\n$/);
  });
});
