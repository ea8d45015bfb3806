import type { Readable, Writable } from "node:stream";

/** A terminal, as far as a live view needs one. */
export interface Terminal {
  input: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  output: Writable & { rows?: number; columns?: number };
}

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const TOP = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CTRL_C = "\u0003";

/**
 * Shows a text that changes on a screen of its own until q or Ctrl-C is pressed or the input ends; then the terminal is
 * as it was before.
 * @param draw gives the text; it must not reject
 */
export async function showLive(
  terminal: Terminal,
  intervalMs: number,
  draw: () => Promise<string>,
): Promise<void> {
  const { input, output } = terminal;
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  const isStopping = (): boolean => stopping.signal.aborted;
  const press = (keys: Buffer | string): void => {
    if (/q/i.test(keys.toString()) || keys.toString().includes(CTRL_C)) stop();
  };
  input.setRawMode?.(true);
  input.on("data", press).once("end", stop);
  process.once("SIGINT", stop).once("SIGTERM", stop);
  output.write(ENTER);
  try {
    while (!isStopping()) {
      const text = await draw();
      if (isStopping()) break;
      output.write(fitted(text, terminal.output));
      await pause(intervalMs, stopping.signal);
    }
  } finally {
    output.write(LEAVE);
    input.setRawMode?.(false);
    input.off("data", press).off("end", stop).pause();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** Cut to the screen: a line that wraps would push the others down. */
function fitted(text: string, { rows = 24, columns = 80 }: Terminal["output"]): string {
  const lines = text.split("\n").slice(0, rows - 1);
  return TOP + lines.map((line) => `${line.slice(0, columns)}${CLEAR_LINE}\n`).join("") + CLEAR_BELOW;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
