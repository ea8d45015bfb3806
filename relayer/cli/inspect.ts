import type { Command } from "commander";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { tcnsOf, type SignedReport } from "@tocsin/protocol/report/report.ts";
import { TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { readReportHex, stdinLines } from "./input.ts";
import { addExamples, jsonOption } from "./options.ts";
import { printJson } from "./output.ts";

const HELP = `
For each line:
  {"valid": true, "rvk", "tck", "j1", "j2", "memoType", "memo", "signature", "leaf", "tcns": [hex]}
  or {"valid": false, "code"}
tck is the carried key tck_{j1-1}; tcns are all covered contact numbers in order.`;

export function addInspectCommand(parent: Command): void {
  const command = parent
    .command("inspect")
    .summary("verify signed reports and print what they hold, one JSON object a line")
    .description(
      "Reads signed reports in hex from stdin, one a line, verifies them and prints one JSON object " +
        "for each line. Exit code 0 even where reports are invalid.",
    )
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin inspect < reports.hex");
}

async function run(): Promise<void> {
  for await (const lines of stdinLines()) {
    // Signatures of a whole group are verified side by side; numbers are derived one report at a time, so that
    // what waits to be written stays small.
    for (const reading of await Promise.all(lines.map(read))) {
      await printJson(typeof reading === "string" ? { valid: false, code: reading } : describe(reading));
    }
  }
}

/** The verified report of a line, or the code it is refused with. */
async function read(line: string): Promise<SignedReport | string> {
  try {
    return await readReportHex(line);
  } catch (error) {
    if (error instanceof TocsinError) return error.code;
    throw error;
  }
}

function describe(report: SignedReport): object {
  return {
    valid: true,
    rvk: toHex(report.rvk),
    tck: toHex(report.tckBeforeJ1),
    j1: report.j1,
    j2: report.j2,
    memoType: report.memoType,
    memo: toHex(report.memo),
    signature: toHex(report.signature),
    leaf: toHex(leafHash(reportEntry(report.bytes))),
    tcns: splitHex(Buffer.from(tcnsOf(report)).toString("hex")),
  };
}

function splitHex(joined: string): string[] {
  const digits = 2 * TCN_LENGTH;
  return Array.from({ length: joined.length / digits }, (_, i) => joined.slice(i * digits, (i + 1) * digits));
}
