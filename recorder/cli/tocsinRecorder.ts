import type { Command } from "commander";
import { commandOf, createProgram, runProgram, type AddCommand } from "@tocsin/relayer/cli/program.ts";
import packageJson from "../package.json" with { type: "json" };
import { explain } from "./errors.ts";

/** The commands in the order of the help. A command's file is loaded only when it is asked for. */
const commands: Record<string, () => Promise<AddCommand>> = {
  run: async () => (await import("./run.ts")).addRunCommand,
  status: async () => (await import("./status.ts")).addStatusCommand,
  pair: async () => (await import("./pair.ts")).addPairCommand,
  unpair: async () => (await import("./unpair.ts")).addUnpairCommand,
  approve: async () => (await import("./approve.ts")).addApproveCommand,
  deny: async () => (await import("./deny.ts")).addDenyCommand,
  export: async () => (await import("./export.ts")).addExportCommand,
  keys: async () => (await import("./keys.ts")).addKeysCommand,
  purge: async () => (await import("./purge.ts")).addPurgeCommand,
  doctor: async () => (await import("./doctor.ts")).addDoctorCommand,
};

/** The program with the command that these arguments name, or with all of them where help is wanted. */
async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = createProgram({
    name: "tocsin-recorder",
    description: "Exchanges contact numbers with machines nearby over Bluetooth, and records whom it met.",
    version: packageJson.version,
    exitCodes: {
      0: "done",
      1: "what was asked for failed, or is not so",
      2: "wrong usage or unreadable input",
    },
  });
  const asked = commandOf(args);
  const wanted = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
  for (const name of wanted) (await commands[name]?.())?.(program);
  return program;
}

await runProgram(buildProgram, explain);
