import type { Command } from "commander";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import { parseContactRecords, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import type { LineError } from "@tocsin/protocol/bytes/jsonLines.ts";
import { CliError } from "./errors.ts";
import { resultToJson, resultToText } from "./checkResult.ts";
import { writeProofs } from "./files.ts";
import { noteBrokenLines, readText } from "./input.ts";
import { threadMatching } from "../match/threadMatching.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import {
  addExamples,
  chainIdOption,
  collectUrls,
  jsonOption,
  logOption,
  registryOption,
  rpcOption,
} from "./options.ts";
import { note, printJson, printLine, startProgress } from "./output.ts";

interface Options {
  contacts: string;
  rpc: string;
  registry: Uint8Array;
  log: number;
  chainId?: number;
  gateway: string[];
  proofs?: string;
  json?: true;
}

const HELP = `
With --json:
  {"log": {"chainId", "registry", "logId", "operator", "size", "total", "head",
           "block": {"number", "hash", "timestamp"}},
   "contacts": {"read", "broken": [{"line", "code", "message"}]},
   "exposures": [{"firstSeen", "lastSeen", "durationSeconds", "minDistance"?, "averageDistance"?, "samples",
                  "reports": [{"leaf", "lane", "seq" or "transactionHash" and "blockNumber", "index", "anchoredAt",
                               "memoType", "memo", "memoInWords", "reportTime"?, "earliestSymptom"?, "cough"?,
                               "fever"?, "symptoms"?, "proofFile"?}]}],
   "replays": [contact records that were seen only after their report was public],
   "counts": {"batches", "olderBatches", "directEntries", "olderDirectEntries", "olderContacts", "reports",
              "unknownEntries", "unreadableReports", "forgedReports"},
   "faults": [{"gateway", "code", "message"}],
   "falseFilters": [batches, by seq, whose filter for light clients is not that of their reports]}
The lane "batch" has "seq", the batch, and "index" in it; the lane "direct", of reports that were sent to the contract
without a relayer, has the transaction, which is their proof, and "index" in the lane.
Times are unix seconds, distances metres.`;

export function addCheckCommand(parent: Command): void {
  const command = parent
    .command("check")
    .summary("look for exposures: verify the whole log and compare it with your contacts")
    .description(
      "Looks for exposures: reads the log from the chain with the reports that were sent to the contract directly, fetches every " +
        "batch of the last 14 days, verifies all of it and " +
        "compares the reported contact numbers with your contact records, on this machine. Nothing about " +
        "them is sent. Exit code 0 says that everything was verified, whether or not something was " +
        "found.",
    )
    .requiredOption(
      "--contacts <file>",
      "contact records (JSON Lines); broken lines are named and passed over",
    )
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(registryOption().makeOptionMandatory())
    .addOption(logOption().makeOptionMandatory())
    .addOption(chainIdOption())
    .requiredOption(
      "--gateway <urls...>",
      "IPFS gateways or relayers that serve the batches, in turn",
      collectUrls,
    )
    .option("--proofs <folder>", "write a proof file for each report of a batch that matches")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin check --contacts contacts.jsonl --rpc http://127.0.0.1:8545 --registry 0x… --log 1 \\\n" +
      "      --gateway http://127.0.0.1:8420 --proofs proofs",
  );
}

async function run(options: Options): Promise<void> {
  const { records, errors } = await readContacts(options.contacts);
  const progress = startProgress();
  const onProgress = ({ phase, done, total }: CheckProgress): void => {
    progress.show(PHASES[phase], done, total);
  };
  const contacts = ContactTable.from(records);
  const matching = threadMatching(contacts);
  const result = await checkExposures({
    rpc: jsonRpc(options.rpc),
    fetch: (url, init) => fetch(url, init),
    source: {
      registry: options.registry,
      logId: options.log,
      ...(options.chainId === undefined ? {} : { chainId: options.chainId }),
    },
    gateways: options.gateway,
    contacts,
    matching,
    onProgress,
  }).finally(() => {
    progress.end();
    matching.close();
  });
  for (const { gateway, message } of result.faults) note(`gateway ${gateway}: ${message}`);

  const proofs = result.exposures.flatMap(({ reports }) =>
    reports.flatMap((report) => (report.lane === "batch" ? [report.proof] : [])),
  );
  const files = options.proofs === undefined ? [] : await writeProofs(options.proofs, proofs);
  const proofFiles = new Map(
    proofs.flatMap((proof, i) => (files[i] === undefined ? [] : [[proof, files[i]]])),
  );
  const json = resultToJson(result, proofFiles);
  if (options.json) {
    const broken = errors.map(({ line, code, message }) => ({ line, code, message }));
    await printJson({ ...json, contacts: { read: records.length, broken } });
  } else await printLine(resultToText(json, records.length));
}

const PHASES = {
  log: "reading the log from the chain",
  batches: "fetching and verifying batches",
  hits: "verifying the reports that match",
} as const satisfies Record<CheckProgress["phase"], string>;

/** @throws INPUT_UNREADABLE, also where there are lines and none is a record: that check would find nothing */
async function readContacts(path: string): Promise<{ records: ContactRecord[]; errors: LineError[] }> {
  const { records, errors } = parseContactRecords(await readText(path));
  noteBrokenLines(path, errors);
  if (records.length === 0 && errors.length > 0) {
    throw new CliError("INPUT_UNREADABLE", `no line of ${path} is a contact record`);
  }
  if (records.length === 0) note(`${path} holds no contact records: there is nothing to compare with`);
  return { records, errors };
}
