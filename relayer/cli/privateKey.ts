import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { CliError } from "./errors.ts";
import { readText } from "./input.ts";

const PRIVATE_KEY_VARIABLE = "TOCSIN_PRIVATE_KEY";

/**
 * The private key of the account that pays: from a file where one is named, else from the environment. Never from the
 * command line, which every user of the machine can read, and never shown in any message.
 * @throws USAGE_INVALID, INPUT_UNREADABLE
 */
export async function readPrivateKey(file: string | undefined): Promise<string> {
  const source = file ?? PRIVATE_KEY_VARIABLE;
  const text = file === undefined ? process.env[PRIVATE_KEY_VARIABLE] : await readText(file);
  if (text === undefined || text.trim() === "") {
    throw new CliError("USAGE_INVALID", `no private key: set ${PRIVATE_KEY_VARIABLE} or give --key-file`);
  }
  try {
    return to0x(fromHex(text.trim(), "key", 32));
  } catch {
    throw new CliError("USAGE_INVALID", `${source} does not hold a private key: 32 bytes in hex`);
  }
}
