import { readFile } from "node:fs/promises";
import { CliError } from "@tocsin/relayer/cli/errors.ts";
import { RecorderError } from "../errors.ts";
import { askSecret, canAsk } from "./ask.ts";

const VARIABLE = "TOCSIN_RECORDER_PASSPHRASE";

/** What every command says that may need the passphrase. */
export const PASSPHRASE_HELP = `
The passphrase of sealed keys comes from --passphrase-file, from ${VARIABLE}, or you are asked for it.
It is never taken from the command line, which every user of the machine can read.`;

/**
 * Does something that needs the passphrase where the keys are sealed: from a file or the environment where it is there,
 * else from the person at the terminal, who is only asked when it is needed.
 * @throws INPUT_UNREADABLE, PASSPHRASE_MISSING where nobody can be asked, or as `use`
 */
export async function withPassphrase<T>(
  file: string | undefined,
  use: (passphrase: string | undefined) => Promise<T>,
): Promise<T> {
  const given = file === undefined ? process.env[VARIABLE] || undefined : await readSecret(file);
  try {
    return await use(given);
  } catch (error) {
    if (!(error instanceof RecorderError) || error.code !== "PASSPHRASE_MISSING") throw error;
    if (!canAsk()) {
      const message = `${error.message}: give --passphrase-file, or set ${VARIABLE}`;
      throw new RecorderError("PASSPHRASE_MISSING", message, { cause: error });
    }
    return use(await askSecret("Passphrase of your keys"));
  }
}

/** The file's text without the line break at its end. */
async function readSecret(file: string): Promise<string> {
  try {
    const text = (await readFile(file, "utf8")).replace(/\r?\n$/, "");
    if (text !== "") return text;
  } catch (error) {
    throw new CliError("INPUT_UNREADABLE", `cannot read ${file}: ${(error as Error).message}`);
  }
  throw new CliError("INPUT_UNREADABLE", `${file} holds no passphrase`);
}
