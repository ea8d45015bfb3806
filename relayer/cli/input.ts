import { readFile } from "node:fs/promises";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { CliError, inPlace } from "./errors.ts";
import { note } from "./output.ts";

/** More than any report has in hex: what follows in a line cannot make it a report and is not kept. */
const MAX_LINE_LENGTH = 4_096;

/** The whole of a file. @throws INPUT_UNREADABLE */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CliError("INPUT_UNREADABLE", `cannot read ${path}: ${(error as Error).message}`);
  }
}

/** The whole of a file as text. @throws INPUT_UNREADABLE */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder().decode(bytes);
  } catch (error) {
    throw new CliError("INPUT_UNREADABLE", `cannot read ${path}: ${(error as Error).message}`);
  }
}

/**
 * The lines of stdin as they arrive, in groups, each line without white space around it. Memory is bounded whatever
 * arrives. What follows the last line break counts as a line unless it is empty.
 * @throws INPUT_UNREADABLE
 */
export async function* stdinLines(): AsyncGenerator<string[]> {
  if (process.stdin.isTTY) note("reading signed reports in hex, one a line; end with Ctrl-D");
  let rest = "";
  try {
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      const lines = (rest + chunk.toString("latin1")).split("\n");
      rest = (lines.pop() ?? "").slice(0, MAX_LINE_LENGTH);
      if (lines.length > 0) yield lines.map(tidy);
    }
  } catch (error) {
    throw new CliError("INPUT_UNREADABLE", `cannot read stdin: ${(error as Error).message}`);
  }
  if (rest !== "") yield [tidy(rest)];
}

/** The lines of a file, as stdinLines gives them. */
async function* fileLines(path: string): AsyncGenerator<string[]> {
  const lines = (await readText(path)).split("\n");
  if (lines.at(-1) === "") lines.pop();
  yield lines.map(tidy);
}

/**
 * Reads a signed report in hex and verifies its signature.
 * @throws HEX_INVALID, REPORT_SIGNATURE_INVALID, or as readSignedReport
 */
export async function readReportHex(hex: string): Promise<SignedReport> {
  const report = readSignedReport(fromHex(hex, "the line"));
  await verifySignedReport(report);
  return report;
}

/**
 * Signed reports in hex, one a line, from a file or, for "-", from stdin: each strictly read and verified.
 * @throws as readReportHex with the number of the first bad line, INPUT_UNREADABLE
 */
export async function* readReportLines(path: string): AsyncGenerator<SignedReport> {
  let before = 0;
  for await (const lines of path === "-" ? stdinLines() : fileLines(path)) {
    const reads = lines.map(async (line, index) => {
      try {
        return await readReportHex(line);
      } catch (error) {
        throw inPlace(`line ${before + index + 1}`, error);
      }
    });
    // The first bad line is named, not the one that happens to fail first.
    for (const read of await Promise.allSettled(reads)) {
      if (read.status === "rejected") throw read.reason;
      yield read.value;
    }
    before += lines.length;
  }
}

/** Says which lines of a file could not be read. */
export function noteBrokenLines(path: string, errors: readonly { line: number; message: string }[]): void {
  for (const { line, message } of errors) note(`${path}: line ${line} is passed over: ${message}`);
}

function tidy(line: string): string {
  return line.slice(0, MAX_LINE_LENGTH).trim();
}
