import type { Command } from "commander";
import { openFsck } from "../app.ts";
import { findFaults, repairFaults } from "../fsck/fsck.ts";
import type { Finding } from "../fsck/finding.ts";
import { readConfig } from "../config/config.ts";
import { addSettings } from "./settings.ts";
import { addExamples, collectUrls, jsonOption } from "./options.ts";
import { note, printJson, printLine, startProgress } from "./output.ts";

const HELP = `
Stop the relayer first: it holds the database.

With --json, one object:
  {"clean", "repaired": [finding], "findings": [finding]}   finding: {"code", "detail", "repair"?: what would be done}`;

interface Options extends Record<string, unknown> {
  config?: string;
  repair?: true;
  gateway?: string[];
  json?: true;
}

export function addFsckCommand(program: Command): void {
  const command = program
    .command("fsck")
    .summary("check a relayer's database, blocks and chain against each other")
    .description(
      "Checks a relayer's database, its block stores and the chain against each other, and says what it would repair. " +
        "Exit code 1 when something is wrong.",
    )
    .option("--repair", "repair what can be repaired; receipts' promises and reports are never dropped")
    .option("--gateway <urls...>", "IPFS gateways or relayers that may have what is lost here", collectUrls)
    .addOption(jsonOption());
  addSettings(command);
  command.addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin fsck --config relayer.json", "tocsin fsck --config relayer.json --repair");
}

async function run({ config, repair, gateway = [], json, ...flags }: Options): Promise<void> {
  const progress = startProgress();
  const fsck = await openFsck(readConfig(flags, process.env, config), gateway, (...step) => {
    progress.show(...step);
  });
  const repaired: Finding[] = [];
  let findings: Finding[];
  try {
    const tell = (finding: Finding): void => {
      repaired.push(finding);
      if (!json) {
        progress.end();
        note(`repaired ${finding.code}: ${finding.detail}: ${finding.repair?.does ?? ""}`);
      }
    };
    findings = repair ? await repairFaults(fsck.parts, tell) : await findFaults(fsck.parts);
  } finally {
    progress.end();
    await fsck.close();
  }
  const clean = findings.length === 0;
  if (json) await printJson({ clean, repaired: repaired.map(toJson), findings: findings.map(toJson) });
  else {
    for (const { code, detail, repair: possible } of findings) {
      const would = possible ? `. Repair: ${possible.does}` : ". Nothing that is left could repair it";
      await printLine(`${code}: ${detail}${would}`);
    }
    await printLine(clean ? "clean" : `${findings.length} findings${repair ? " left" : ""}`);
  }
  if (!clean) process.exitCode = 1;
}

function toJson({ code, detail, repair }: Finding): Record<string, string> {
  return { code, detail, ...(repair ? { repair: repair.does } : {}) };
}
