import { parseBroadcastKeys, type BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { CliError } from "./errors.ts";
import { noteBrokenLines, readText } from "./input.ts";

/**
 * The broadcast keys of a file. Broken lines are named on stderr and passed over.
 * @throws INPUT_UNREADABLE, also where no line is a key
 */
export async function readKeyFile(path: string): Promise<BroadcastKey[]> {
  const { records, errors } = parseBroadcastKeys(await readText(path));
  noteBrokenLines(path, errors);
  if (records.length === 0) throw new CliError("INPUT_UNREADABLE", `${path} holds no broadcast key`);
  return records;
}
