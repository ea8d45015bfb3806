// Child processes that end when this one is told to. Must load on Node 20 and need no package.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { root } from "./root.mjs";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** npm forwards a signal that a terminal or a process group delivered too: within this time it is the same one. */
const sameSignal = 500;

/**
 * npm starts a script through a shell, and many shells die of a signal without passing it on. That the shell is
 * gone is then the only sign.
 */
const shell = process.env.npm_lifecycle_event === undefined ? undefined : process.ppid;
const shellCheck = 300;

const running = new Set();
let watch;
let lastSignal;
let lastSignalAt = 0;

/** The signal that this process was told to end by, if any. */
export function interruptedBy() {
  return lastSignal;
}

/** The exit code that shells use for a process that a signal ended. */
export function signalCode(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

/** What an outer npm or npx was asked to do, and that an npm below it would take for its own orders. */
const leftovers =
  /^npm_config_(call|package|prefix|global|location|omit|include|only|production|dry_run|workspaces?|package_lock_only)$/i;

/** The environment for what `node` runs: that Node and the repository's tools come first on PATH. */
export function environmentFor(node) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !leftovers.test(name)));
  const path = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  env[path] = [dirname(node), join(root, "node_modules", ".bin"), env[path]].filter(Boolean).join(delimiter);
  env.HARDHAT_DISABLE_TELEMETRY = "true";
  return env;
}

/**
 * Runs a command and waits for its end. With `capture`, resolves with what it printed; else it has this
 * process's stdin, stdout and stderr. A signal to this process is passed on.
 * @returns {Promise<{ code: number, output: string }>} code is 128 + n when signal n ended it
 */
export function run(command, args, { cwd = process.cwd(), env = process.env, capture = false } = {}) {
  // Without a terminal the command gets a process group of its own, which a signal then reaches whole and once.
  // With one it stays in the terminal's group: Ctrl-C and Ctrl-Z get there without us.
  const ownGroup = process.platform !== "win32" && !process.stdin.isTTY;
  const stdio = capture ? ["ignore", "pipe", "pipe"] : "inherit";
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio, detached: ownGroup, windowsHide: true });
    const entry = { child, ownGroup };
    const output = [];
    begin(entry);
    child.stdout?.on("data", (chunk) => output.push(chunk));
    child.stderr?.on("data", (chunk) => output.push(chunk));
    child.once("error", (error) => {
      end(entry);
      reject(error);
    });
    child.once("exit", () => {
      if (ownGroup) signalGroup(child.pid, "SIGKILL");
    });
    child.once("close", (code, signal) => {
      end(entry);
      resolve({ code: code ?? signalCode(signal), output: Buffer.concat(output).toString("utf8") });
    });
  });
}

// Signals are ours only while something runs: a command imported into this process has its own way to stop.
function begin(entry) {
  if (running.size === 0) {
    for (const signal of signals) process.on(signal, receive);
    if (shell !== undefined) watch = setInterval(endWithShell, shellCheck);
  }
  running.add(entry);
}

function end(entry) {
  running.delete(entry);
  if (running.size > 0) return;
  for (const signal of signals) process.off(signal, receive);
  clearInterval(watch);
}

function endWithShell() {
  if (process.ppid === shell) return;
  clearInterval(watch);
  if (lastSignal === undefined) receive("SIGTERM");
}

function receive(signal) {
  const now = Date.now();
  if (signal === lastSignal && now - lastSignalAt < sameSignal) return;
  lastSignal = signal;
  lastSignalAt = now;
  for (const { child, ownGroup } of running) {
    if (ownGroup) signalGroup(child.pid, signal);
    else if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  }
}

function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch {
    // Nobody is left in the group.
  }
}
