import type { Command } from "commander";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import { viewEntry, type EntryView } from "./entryView.ts";
import { readBytes } from "./input.ts";
import { addExamples, jsonOption } from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { table } from "./words.ts";

const HELP = `
With --json:
  {"cid", "cidDigest", "root", "count", "entries": [{"leaf", "kind", "j1", "j2", "memoType", "memo", "memoInWords",
   "signatureValid"}]}
An entry of another kind has leaf and kind only, an unreadable report a code instead of what it says.`;

export function addBatchInspectCommand(parent: Command): void {
  const command = parent
    .command("inspect")
    .summary("verify the form of a batch file and print what it holds")
    .description("Verifies the form of a batch file and prints what it holds.")
    .argument("<file>", "a batch file")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin batch inspect batch.bin");
}

async function run(path: string, { json }: { json?: true }): Promise<void> {
  const file = await readBytes(path);
  const batch = decodeBatchFile(file);
  const cidDigest = cidDigestOf(file);
  const summary = {
    cid: cidOf(cidDigest),
    cidDigest: toHex(cidDigest),
    root: toHex(rootOf(batch.leaves)),
    count: batch.entries.length,
  };
  const views = await Promise.all(batch.entries.map(viewEntry));
  const entries = views.map((view, i) => ({ leaf: toHex(batch.leaves[i] as Uint8Array), ...view }));
  if (json) {
    await printJson({ ...summary, entries });
    return;
  }
  await printLine(table(summary));
  for (const entry of entries) await printLine(`${entry.leaf}  ${toText(entry)}`);
}

function toText(view: EntryView): string {
  if (view.kind !== 1) return `entry of kind ${view.kind}`;
  if (view.code !== undefined) return `unreadable report: ${view.code}`;
  const signature = view.signatureValid ? "signature valid" : "SIGNATURE INVALID";
  return `report of numbers ${view.j1} to ${view.j2}, memo type ${view.memoType}, ${signature}`;
}
