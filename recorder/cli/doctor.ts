import type { Command } from "commander";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { printable, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import { inspectAdapters } from "../bluez/inspectAdapters.ts";
import { dataFolderAt } from "../control/dataFolder.ts";
import { checkClock, checkFolder, checkKeys, checkRunning, type Check } from "./checks.ts";
import { addSettings, readSettings } from "./settings.ts";
import { markUsed, type Finding } from "./usedAdapter.ts";

const HELP = `
With --json:
  {"works", "findings": [{"code", "level": "ok" | "warning" | "fault", "adapter"?, "used"?, "sentence"}]}
"used" is of the adapter that the recorder would take: faults of others do not count.`;

const UNUSABLE = "DATA_FOLDER_UNUSABLE";
const NAMES = ["dataDir", "adapter", "bluezConfig", "port"] as const;

export function addDoctorCommand(parent: Command): void {
  const command = parent
    .command("doctor")
    .summary("say whether the recorder can work on this machine, and what to do where it cannot")
    .description(
      "Looks at Bluetooth, the data folder, the clock and the bridge's port, and says whether the recorder can work here, " +
        "and what to do where it cannot. It changes nothing. Give it the settings of `tocsin-recorder run`. Exit code 1 " +
        "when there is a fault.",
    );
  addSettings(command, ...NAMES);
  command
    .option("--no-bridge", "there will be no bridge")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin-recorder doctor");
}

interface Options extends Record<string, unknown> {
  bridge: boolean;
  json?: true;
}

async function run({ bridge, json, ...flags }: Options): Promise<void> {
  const { dataDir, adapter, bluezConfig, port } = readSettings(flags, ...NAMES);
  const folder = dataFolderAt(dataDir);
  const findings: Finding[] = [
    ...markUsed(await inspectAdapters({ privacyConfig: bluezConfig }), adapter),
    ...once([
      ...checkFolder(folder),
      await checkKeys(folder),
      checkClock(folder),
      ...(await checkRunning(folder, bridge ? port : undefined)),
    ]),
  ];
  const works = !findings.some(({ level, used }) => level === "fault" && used !== false);
  if (json) await printJson({ works, findings });
  else for (const finding of findings) await printLine(printable(inWords(finding)));
  if (!works) process.exitCode = 1;
}

/** A folder that cannot be used fails every check that looks into it: the first of them says why. */
function once(checks: readonly Check[]): Check[] {
  const first = checks.findIndex(({ code }) => code === UNUSABLE);
  return checks.filter(({ code }, index) => code !== UNUSABLE || index === first);
}

function inWords({ level, adapter, used, sentence }: Finding): string {
  const place = adapter === undefined ? "" : `${adapter}${used === false ? " (not used)" : ""}: `;
  return `${level.padEnd(7)}  ${place}${sentence}`;
}
