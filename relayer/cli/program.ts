import { Command, CommanderError } from "commander";
import { CliError, type Failure } from "./errors.ts";
import { endWhenNobodyReads, printFailure } from "./output.ts";

/** Adds one command to the program or to its group. */
export type AddCommand = (parent: Command) => void;

/** What a program says of itself in its help. */
export interface Description {
  name: string;
  description: string;
  version: string;
  /** A line for each code. */
  exitCodes: Record<0 | 1 | 2, string>;
}

/** A program without commands, which throws where commander would end the process. */
export function createProgram({ name, description, version, exitCodes }: Description): Command {
  const codes = Object.entries(exitCodes).map(([code, meaning]) => `\n  ${code}  ${meaning}`);
  return new Command(name)
    .description(description)
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText("after", `\nExit codes:${codes.join("")}`);
}

/** The command that the arguments name first, if any: only its file has to be loaded. */
export function commandOf(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith("-")) ?? "";
}

/**
 * Runs the program that this process was started for. Failures are told, and set the exit code.
 * @param build gives it with the commands that the arguments may mean
 * @param explain gives what is told of an error
 */
export async function runProgram(
  build: (args: readonly string[]) => Promise<Command>,
  explain: (error: unknown) => Failure,
): Promise<void> {
  const args = process.argv.slice(2);
  endWhenNobodyReads();
  try {
    const program = await build(args);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    const told = error instanceof CommanderError ? usageError(error) : error;
    if (told === undefined) return;
    const failure = explain(told);
    process.exitCode = failure.exitCode;
    await printFailure(failure, args.includes("--json"));
  }
}

/** Wrong usage, as commander finds it, in one line. Undefined where help or the version was asked for and printed. */
function usageError(error: CommanderError): CliError | undefined {
  if (error.exitCode === 0) return undefined;
  if (error.code === "commander.help") return new CliError("USAGE_INVALID", "a command is missing");
  return new CliError("USAGE_INVALID", error.message.replace(/^error: /, ""));
}
