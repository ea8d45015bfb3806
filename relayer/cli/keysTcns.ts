import type { Command } from "commander";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { airTime } from "@tocsin/protocol/report/broadcastKeys.ts";
import { expandTcns, TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";
import { tckAt } from "@tocsin/protocol/tcn/rak.ts";
import { readKeyFile } from "./keyFile.ts";
import { addExamples, jsonOption } from "./options.ts";
import { printJson } from "./output.ts";

const HELP = `
One number a line:
  {"tcn": hex, "from": unix s, "to": unix s}`;

export function addKeysTcnsCommand(parent: Command): void {
  const command = parent
    .command("tcns")
    .summary("print the contact numbers of broadcast keys")
    .description("Prints the contact numbers of broadcast keys and when each is on air, as JSON Lines.")
    .requiredOption("--keys <file>", "file with broadcast keys (JSON Lines)")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin keys tcns --keys keys.jsonl");
}

async function run(options: { keys: string }): Promise<void> {
  for (const key of await readKeyFile(options.keys)) {
    const { rvk, key: before } = tckAt(key.rak, key.firstIndex - 1);
    const tcns = expandTcns(rvk, before, key.firstIndex, key.lastIndex);
    for (let index = key.firstIndex; index <= key.lastIndex; index++) {
      const offset = (index - key.firstIndex) * TCN_LENGTH;
      await printJson({ tcn: toHex(tcns.subarray(offset, offset + TCN_LENGTH)), ...airTime(key, index) });
    }
  }
}
