import type { Command } from "commander";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { registryAbi } from "@tocsin/protocol/log/abi.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { CliError } from "./errors.ts";
import { readReportLines } from "./input.ts";
import { addExamples, jsonOption, keyFileOption, logOption, registryOption, rpcOption } from "./options.ts";
import { note, printJson, printLine } from "./output.ts";
import { readPrivateKey } from "./privateKey.ts";

interface Options {
  rpc: string;
  registry: Uint8Array;
  log: number;
  keyFile?: string;
  json?: true;
}

/** The transaction that brought a report into the direct lane. */
interface Carrier {
  transactionHash: string;
  blockNumber: number;
}

const HELP = `
Readers find these reports without any relayer. It costs more than a relayer does: you pay the gas of one
transaction a report, and the address of your account is attached to the report for ever. A fresh account that was
funded on a path that is not linked to you lessens that, and so does somebody else's account.

With --json, one object a line:
  {"leaf", "transactionHash", "blockNumber", "sent"}; "sent" is false where the log has it directly already`;

export function addReportSubmitDirectCommand(parent: Command): void {
  const command = parent
    .command("submit-direct")
    .summary("send signed reports to the contract itself, around a relayer that refuses or ignores them")
    .description(
      "Sends signed reports to the contract itself, one transaction each, and prints the transactions. Every " +
        "report is verified before anything is sent, and one that was sent directly already is not sent again.",
    )
    .argument("[file]", "file with signed reports in hex, one a line; - for stdin", "-")
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(registryOption().makeOptionMandatory())
    .addOption(logOption().makeOptionMandatory())
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin report submit-direct --rpc http://127.0.0.1:8545 --registry 0x… --log 1 --key-file key.hex reports.hex",
  );
}

async function run(file: string, options: Options): Promise<void> {
  const privateKey = await readPrivateKey(options.keyFile);
  const reports: SignedReport[] = [];
  for await (const report of readReportLines(file)) reports.push(report);
  if (reports.length === 0) throw new CliError("INPUT_UNREADABLE", "there is no report to submit");

  const { rpc, registry, log: logId } = options;
  const { directEntries } = await readLog(jsonRpc(rpc), { registry, logId });
  const known = new Map<string, Carrier>(directEntries.map((entry) => [toHex(entry.leaf), entry]));
  const unsent = reports.filter(({ bytes }) => !known.has(toHex(leafHash(reportEntry(bytes)))));
  if (unsent.length > 0) warn(unsent.length);
  for (const { bytes } of reports) {
    const entry = reportEntry(bytes);
    const leaf = toHex(leafHash(entry));
    const before = known.get(leaf);
    const { transactionHash, blockNumber } = before ?? (await submit(options, privateKey, entry));
    known.set(leaf, { transactionHash, blockNumber });
    const done = before ? "sent directly already, in" : "sent in";
    if (options.json) await printJson({ leaf, transactionHash, blockNumber, sent: !before });
    else await printLine(`${leaf}  ${done} transaction ${transactionHash}, block ${blockNumber}`);
  }
}

async function submit(
  { rpc, registry, log: logId }: Options,
  privateKey: string,
  entry: Uint8Array,
): Promise<Carrier> {
  const [{ Contract }, { transact }] = await Promise.all([import("ethers"), import("./transactions.ts")]);
  const { receipt } = await transact(rpc, privateKey, (account) =>
    new Contract(to0x(registry), registryAbi, account).getFunction("submitDirect").send(logId, entry),
  );
  return { transactionHash: receipt.hash, blockNumber: receipt.blockNumber };
}

function warn(reports: number): void {
  note(
    "The address of the sending account is attached to each of these reports for ever, for everybody to see" +
      (reports > 1 ? ", and links them to each other" : "") +
      ". To lessen that, send from a fresh account that was funded on a path that is not linked to you, or have " +
      "somebody else send them from theirs.",
  );
}
