import type { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { toFailure } from "./errors.ts";
import { commandOf, createProgram, runProgram, type AddCommand } from "./program.ts";

type Load = () => Promise<AddCommand>;

/** The commands that stand alone, in the order of the help. A command's file is loaded only when it is asked for. */
const commands: Record<string, Load> = {
  inspect: async () => (await import("./inspect.ts")).addInspectCommand,
  check: async () => (await import("./check.ts")).addCheckCommand,
  verify: async () => (await import("./verify.ts")).addVerifyCommand,
  status: async () => (await import("./status.ts")).addStatusCommand,
  top: async () => (await import("./top.ts")).addTopCommand,
  fsck: async () => (await import("./fsck.ts")).addFsckCommand,
  serve: async () => (await import("./serve.ts")).addServeCommand,
};

/** The commands that come in groups: `tocsin keys new`. */
const groups: Record<string, { summary: string; load: Load[] }> = {
  keys: {
    summary: "the secret keys that contact numbers are made from",
    load: [
      async () => (await import("./keysNew.ts")).addKeysNewCommand,
      async () => (await import("./keysTcns.ts")).addKeysTcnsCommand,
    ],
  },
  report: {
    summary: "reports that let others find out that they met you",
    load: [
      async () => (await import("./reportCreate.ts")).addReportCreateCommand,
      async () => (await import("./reportSubmit.ts")).addReportSubmitCommand,
      async () => (await import("./reportSubmitDirect.ts")).addReportSubmitDirectCommand,
      async () => (await import("./reportStatus.ts")).addReportStatusCommand,
    ],
  },
  batch: {
    summary: "batch files",
    load: [
      async () => (await import("./batchBuild.ts")).addBatchBuildCommand,
      async () => (await import("./batchInspect.ts")).addBatchInspectCommand,
    ],
  },
  log: {
    summary: "logs in the registry",
    load: [async () => (await import("./logOpen.ts")).addLogOpenCommand],
  },
  config: {
    summary: "a relayer's configuration",
    load: [async () => (await import("./configCheck.ts")).addConfigCheckCommand],
  },
  registry: {
    summary: "the registry contract",
    load: [async () => (await import("./registryDeploy.ts")).addRegistryDeployCommand],
  },
  bond: {
    summary: "what a relayer pays when it breaks a promise",
    load: [
      async () => (await import("./bondDeploy.ts")).addBondDeployCommand,
      async () => (await import("./bondStatus.ts")).addBondStatusCommand,
      async () => (await import("./bondMoves.ts")).addBondMoveCommands,
    ],
  },
  demand: {
    summary: "make a relayer prove that it kept a promise, or pay",
    load: [
      async () => (await import("./demandOpen.ts")).addDemandOpenCommand,
      async () => (await import("./demandStatus.ts")).addDemandStatusCommand,
      async () => (await import("./demandClaim.ts")).addDemandClaimCommand,
    ],
  },
};

/** The program with the commands that these arguments may mean: one of them, or all where help is wanted. */
async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = createProgram({
    name: "tocsin",
    description: "A registry of exposure reports that nobody can alter, hide from or track its readers by.",
    version: packageJson.version,
    exitCodes: {
      0: "done; for check: everything verified, whether or not there are exposures",
      1: "what was asked for failed or did not verify",
      2: "wrong usage or unreadable input",
    },
  });
  const asked = commandOf(args);
  const isKnown = Object.hasOwn(commands, asked) || Object.hasOwn(groups, asked);
  const isWanted = ([name]: [string, unknown]): boolean => !isKnown || name === asked;
  for (const [, load] of Object.entries(commands).filter(isWanted)) (await load())(program);
  for (const [name, group] of Object.entries(groups).filter(isWanted)) {
    const parent = program.command(name).description(group.summary);
    for (const load of group.load) (await load())(parent);
  }
  return program;
}

await runProgram(buildProgram, toFailure);
