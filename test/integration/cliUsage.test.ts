import { describe, expect, it, vi } from "vitest";
import { jsonLines, tocsin } from "../support/tocsin.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const commands = [
  ["keys", "new"],
  ["keys", "tcns"],
  ["report", "create"],
  ["report", "submit"],
  ["report", "submit-direct"],
  ["report", "status"],
  ["inspect"],
  ["batch", "build"],
  ["batch", "inspect"],
  ["check"],
  ["verify"],
  ["status"],
  ["top"],
  ["config", "check"],
  ["log", "open"],
  ["registry", "deploy"],
  ["bond", "deploy"],
  ["bond", "deposit"],
  ["bond", "request-withdrawal"],
  ["bond", "cancel-withdrawal"],
  ["bond", "withdraw"],
  ["bond", "collect"],
  ["bond", "status"],
  ["demand", "open"],
  ["demand", "status"],
  ["demand", "claim"],
];

describe("tocsin --help", () => {
  it("lists every command", async () => {
    const { code, stdout, stderr } = await tocsin(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  });

  it.each(commands)("%s %s says what it does, with an example", async (...command) => {
    const words = command.filter((word) => word !== "");
    const { code, stdout, stderr } = await tocsin([...words, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Usage: tocsin ${words.join(" ")}`);
    expect(stdout).toContain(`$ tocsin ${words.join(" ")}`);
  });
});

describe("wrong usage ends with 2 and one line", () => {
  const check = ["check", "--contacts", "x", "--registry", `0x${"11".repeat(20)}`, "--log", "1"];
  it.each([
    [["inspct"], /unknown command 'inspct'/],
    [["inspect", "--fast"], /unknown option '--fast'/],
    [["inspect", "more"], /too many arguments/],
    [["keys", "new"], /--hours <number>' not specified/],
    [["keys", "new", "--hours", "0"], /whole number from 1/],
    [["keys", "new", "--hours", "1", "--start", "2026-03-01T10:00"], /with its zone/],
    [["report", "create", "--keys", "x", "--from", "9", "--to", "9"], /--from must lie before --to/],
    [["report", "create", "--keys", "x", "--from", "1", "--to", "2", "--cough", "loud"], /Allowed choices/],
    [["report", "status", "--relayer", "http://127.0.0.1:9", "00"], /a leaf must be 32 bytes/],
    [[...check, "--gateway", "http://g"], /--rpc <url>' not specified/],
    [[...check, "--rpc", "ftp://x", "--gateway", "http://g"], /begins with http/],
    [["verify", "x", "--registry", "0x12"], /0x and 40 digits/],
    [["log", "open", "--rpc", "http://127.0.0.1:9", "--registry", `0x${"11".repeat(20)}`], /no private key/],
  ])("%j", async (args, reason) => {
    const { code, stdout, stderr } = await tocsin([...args, "--json"], { env: { TOCSIN_PRIVATE_KEY: "" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error USAGE_INVALID: [^\n]*\n$/);
    expect(stderr).toMatch(reason);
    expect(jsonLines(stdout)).toEqual([
      { error: { code: "USAGE_INVALID", message: expect.stringMatching(reason) as string } },
    ]);
  });

  it.each([[[]], [["keys"]]])("%j shows the help and says that a command is missing", async (args) => {
    const { code, stdout, stderr } = await tocsin(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: tocsin");
    expect(stderr).toMatch(/error USAGE_INVALID: a command is missing\n$/);
  });

  it("a file that is not there is unreadable input", async () => {
    const { code, stderr } = await tocsin(["verify", "no-such-file.json"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error INPUT_UNREADABLE: [^\n]*no-such-file.json[^\n]*\n$/);
  });
});
