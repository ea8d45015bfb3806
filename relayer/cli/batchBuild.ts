import type { Command } from "commander";
import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { batchFileLength, MAX_BATCH_FILE_LENGTH } from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { replacePrivateFile } from "./files.ts";
import { readReportLines } from "./input.ts";
import { addExamples, jsonOption } from "./options.ts";
import { printJson } from "./output.ts";

const HELP = `
Prints one JSON object:
  {"file": the batch file in hex, or its path with --out, "cid", "cidDigest", "root", "count"}`;

export function addBatchBuildCommand(parent: Command): void {
  const command = parent
    .command("build")
    .summary("build a batch file from signed reports")
    .description(
      "Builds a batch file from signed reports in hex on stdin, one a line. Every report is verified; " +
        "their order does not matter, and the same report twice counts once.",
    )
    .option("--out <file>", "write the batch file there; `file` is then its path")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin batch build --out batch.bin < reports.hex");
}

async function run({ out }: { out?: string }): Promise<void> {
  const entries = await readEntries();
  const { file, tree, cidDigest, entries: sorted } = buildBatch(entries);
  if (out !== undefined) await replacePrivateFile(out, file);
  await printJson({
    file: out ?? toHex(file),
    cid: cidOf(cidDigest),
    cidDigest: toHex(cidDigest),
    root: toHex(tree.root),
    count: sorted.length,
  });
}

/** Different entries only, and no more than a batch file can hold: endless input ends here. */
async function readEntries(): Promise<Uint8Array[]> {
  const entries = new Map<string, Uint8Array>();
  let length = batchFileLength([]);
  for await (const report of readReportLines("-")) {
    const entry = reportEntry(report.bytes);
    const key = Buffer.from(entry).toString("latin1");
    if (entries.has(key)) continue;
    entries.set(key, entry);
    length += batchFileLength([entry.length]) - batchFileLength([]);
    if (length > MAX_BATCH_FILE_LENGTH) {
      throw new TocsinError(
        "BATCH_TOO_LARGE",
        `the first ${entries.size} reports exceed a batch file's 1 MiB`,
      );
    }
  }
  return [...entries.values()];
}
