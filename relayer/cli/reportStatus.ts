import type { Command } from "commander";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { receiptToJson } from "@tocsin/protocol/receipt/receipt.ts";
import { CliError, toFailure } from "./errors.ts";
import { writeProofs } from "./files.ts";
import { addExamples, jsonOption, relayerOption } from "./options.ts";
import { note, printJson, printLine } from "./output.ts";
import { getReportState, type ReportState } from "./relayerClient.ts";
import { time } from "./words.ts";

interface Options {
  relayer: string;
  proofs?: string;
  json?: true;
}

const HELP = `
With --json, one object a line:
  {"leaf", "state", "receipt", "finality"?, "proofFile"?} or {"leaf", "error": {"code", "message"}}`;

export function addReportStatusCommand(parent: Command): void {
  const command = parent
    .command("status")
    .summary("ask a relayer how far it has come with reports")
    .description(
      "Asks a relayer how far it has come with reports: received, sealed, stored, posted, anchored or " +
        "finalized.",
    )
    .argument("<leaf...>", "leaves of the reports, as `report submit` prints them")
    .addOption(relayerOption())
    .option("--proofs <folder>", "write a proof file for each report that is anchored")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin report status --relayer http://127.0.0.1:8420 --proofs proofs LEAF");
}

async function run(leaves: string[], options: Options): Promise<void> {
  for (const text of leaves) {
    const leaf = readLeaf(text);
    try {
      await print(await getReportState(options.relayer, leaf), options);
    } catch (error) {
      const { code, message } = toFailure(error);
      process.exitCode = 1;
      note(`error ${code}: ${message}`);
      if (options.json) await printJson({ leaf: text, error: { code, message } });
    }
  }
}

const FINALITY = {
  latest: "in a block that may still be reorganised",
  safe: "in a block that is safe, and not final yet",
  finalized: "in a block that is final",
};

async function print(report: ReportState, options: Options): Promise<void> {
  const { leaf, state, receipt, proof, finality } = report;
  const files = options.proofs !== undefined && proof ? await writeProofs(options.proofs, [proof]) : [];
  const proofFile = files.map((path) => ({ proofFile: path }))[0];
  if (options.json) {
    const how = finality === undefined ? {} : { finality };
    await printJson({ leaf, state, receipt: receiptToJson(receipt), ...how, ...proofFile });
    return;
  }
  const place = proof
    ? `batch ${proof.batch.seq} of log ${proof.logId} of ${to0x(proof.registry)}`
    : `due by ${time(receipt.deadline)}`;
  const words = [state, place, ...(finality === undefined ? [] : [FINALITY[finality]])].join(", ");
  await printLine([leaf, words, ...files].join("  "));
}

function readLeaf(text: string): Uint8Array {
  try {
    return fromHex(text, "a leaf", 32);
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    throw new CliError("USAGE_INVALID", error.message);
  }
}
