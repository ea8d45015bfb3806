import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** A fenced block of shell commands in a Markdown file. */
export interface Snippet {
  /** The number of the line that opens the block, from 1. */
  line: number;
  language: string;
  /** What the comment `<!-- test: MODE -->` right before the block says; undefined without one. */
  mode: string | undefined;
  commands: string;
}

const modes = ["offline", "recorder", "chain", "testnet"];
const shells = new Set(["sh", "bash", "shell", "console", "zsh"]);

/** All fenced blocks of a shell language, in order. */
export function shellSnippets(markdown: string): Snippet[] {
  const lines = markdown.split("\n");
  const found: Snippet[] = [];
  let mode: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const fence = /^(\s*)(`{3,}|~{3,})\s*(\w*)/.exec(line);
    if (fence) {
      const [, indent = "", marks = "", language = ""] = fence;
      const start = index + 1;
      while (++index < lines.length && lines[index]?.trim() !== marks);
      const body = lines.slice(start, index).map((text) => text.replace(indent, ""));
      if (shells.has(language)) found.push({ line: start, language, mode, commands: body.join("\n") });
      mode = undefined;
    } else if (line.trim() !== "") mode = /^\s*<!-- test: (.+?) -->\s*$/.exec(line)?.[1];
  }
  return found;
}

/**
 * What is wrong with a block that no test runs, one sentence a line; empty for a block that is fine. Such a block
 * may only hold what starts the repository's own scripts, so that no other command can go stale unseen.
 */
export function complaints({ line, language, mode, commands }: Snippet, scripts: string[]): string[] {
  const at = `line ${line}`;
  if (language !== "sh") return [`${at}: write \`\`\`sh, not \`\`\`${language}`];
  if (mode !== undefined)
    return modes.includes(mode)
      ? []
      : [`${at}: there is no mode "${mode}"; the modes are: ${modes.join(", ")}`];
  return commands
    .split("\n")
    .map((command) => command.replace(/#.*/, "").trim())
    .filter((command) => command !== "")
    .flatMap((command) => command.split(/\s*(?:&&|;)\s*/))
    .flatMap((command) => {
      const script = /^npm (?:run )?(test|(?<=run )[\w:-]+)( -- .*)?$/.exec(command)?.[1];
      if (script !== undefined)
        return scripts.includes(script) ? [] : [`${at}: package.json has no script "${script}" (${command})`];
      return /^(git clone|cd) \S+$/.test(command)
        ? []
        : [`${at}: mark the block <!-- test: offline --> so that a test runs it (${command})`];
    });
}

/** An empty folder in which snippets run one after the other, with Tocsin's commands, Node and npm's on PATH. */
export class SnippetFolder {
  readonly #parent = mkdtempSync(join(tmpdir(), "tocsin-readme-"));
  /** Where the commands run. */
  readonly path = join(this.#parent, "work");
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    const root = join(import.meta.dirname, "..", "..");
    const commands = join(this.#parent, "bin");
    mkdirSync(this.path);
    mkdirSync(commands);
    for (const name of ["tocsin", "tocsin-recorder"]) {
      const launcher = `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin", `${name}.mjs`)}" "$@"\n`;
      writeFileSync(join(commands, name), launcher, { mode: 0o755 });
    }
    const path = [commands, dirname(process.execPath), join(root, "node_modules", ".bin"), process.env.PATH];
    this.#env = { ...process.env, HOME: this.#parent, PATH: path.join(delimiter) };
  }

  /**
   * Runs commands as a shell that stops at the first failure; resolves with the exit code and all that was printed.
   * What they left in the background is ended with them.
   */
  run(commands: string, env: Record<string, string> = {}): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("sh", ["-euc", commands], {
        detached: true,
        cwd: this.path,
        env: { ...this.#env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const output: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
      child.once("error", reject);
      child.once("exit", () => {
        endGroup(child.pid);
      });
      child.once("close", (code) => {
        resolve({ code, output: Buffer.concat(output).toString("utf8") });
      });
    });
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true, force: true });
  }
}

/** Ends what a shell of its own process group left running. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  } catch {
    // Nothing of the group is left.
  }
}
