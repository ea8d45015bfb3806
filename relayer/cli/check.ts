import type { Command } from "commander";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import { parseContactRecords, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import { DEFAULT_RISK_POLICY, parseRiskPolicy, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { parseJson } from "@tocsin/protocol/bytes/fields.ts";
import type { LineError } from "@tocsin/protocol/bytes/jsonLines.ts";
import { CliError, inPlace } from "./errors.ts";
import { resultToJson, resultToText } from "./checkResult.ts";
import { writeProofs } from "./files.ts";
import { noteBrokenLines, readText } from "./input.ts";
import { StateFile } from "./stateFile.ts";
import { threadMatching } from "../match/threadMatching.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import {
  addExamples,
  chainIdOption,
  collectUrls,
  fromBlockOption,
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
  fromBlock?: number;
  state?: string;
  light?: true;
  policy?: string;
  proofs?: string;
  json?: true;
}

const HELP = `
With --json:
  {"log": {"chainId", "registry", "logId", "operator", "size", "total", "head",
           "block": {"number", "hash", "timestamp"}},
   "contacts": {"read", "broken": [{"line", "code", "message"}]},
   "policy": [what counts as relevant, in words],
   "exposures": [{"firstSeen", "lastSeen", "durationSeconds", "minDistance"?, "averageDistance"?, "samples",
                  "relevant", "reasons": [each part of the policy that it does not meet, in words],
                  "reports": [{"leaf", "lane", "seq" or "transactionHash" and "blockNumber", "index", "anchoredAt",
                               "memoType", "memo", "memoInWords", "reportTime"?, "earliestSymptom"?, "cough"?,
                               "fever"?, "symptoms"?, "proofFile"?}]}],
   "replays": [contact records that were seen only after their report was public],
   "counts": {"batches", "rememberedBatches", "passedBatches", "olderBatches", "directEntries",
              "olderDirectEntries", "olderContacts", "reports", "unknownEntries", "unreadableReports", "forgedReports"},
   "faults": [{"gateway", "code", "message"}],
   "falseFilters": [batches, by seq, whose filter for light clients is not that of their reports]}
The lane "batch" has "seq", the batch, and "index" in it; the lane "direct", of reports that were sent to the contract
without a relayer, has the transaction, which is their proof, and "index" in the lane.
Times are unix seconds, distances metres.

--policy <file> holds {"longerThan"?: seconds, "nearerThan"?: metres, "withinDays": 1 to 14, "kinds": [some of "symptoms",
"noSymptoms", "unreadable"]}. An exposure is relevant when it meets all of it; left out, any duration or distance does.
Without the option: longerThan 300, nearerThan 3, withinDays 14 and all kinds.

--state <file> makes the next check read only what is new, and go on where one was interrupted: the log's events since, the
batches that were not read yet, and again those anchored after contacts were first seen that were not compared before. The result
is that of a whole check, but for "replays": a contact is not looked for in batches that were read before it was seen. The file
says which contacts were looked for and which reports matched: keep it as private as your contact records. Without the
option nothing is kept.

--light reads a filter of each batch first, some 67 bytes a report instead of 157, from those gateways that are relayers, and a
whole batch only where its filter finds one of your contacts, where it has none, and one in eight besides, drawn at random: who
serves them sees which batches you read, and so cannot tell whether any concerns you. A relayer could publish a filter that
leaves reports out; a check without --light would show that, and find them.`;

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
    .addOption(fromBlockOption())
    .option("--state <file>", "keep there what was read, so that the next check reads only what is new")
    .option("--light", "for slow links: read filters first, and few batches whole (needs --state)")
    .option("--policy <file>", "what counts as relevant (JSON); what does not is shown too, after what does")
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
  const policy = options.policy === undefined ? DEFAULT_RISK_POLICY : await readPolicy(options.policy);
  if (options.light && options.state === undefined) {
    throw new CliError("USAGE_INVALID", "--light needs --state: a batch must be chosen over once only");
  }
  // The threads begin while the contacts are read.
  const reading = readContacts(options.contacts);
  const table = reading.then(({ records }) => ContactTable.from(records));
  const matching = threadMatching(table);
  const { records, errors } = await reading.catch((error: unknown) => {
    matching.close();
    throw error;
  });
  const progress = startProgress();
  const onProgress = ({ phase, done, total }: CheckProgress): void => {
    progress.show(PHASES[phase], done, total);
  };
  const contacts = await table;
  const memory = options.state === undefined ? undefined : new StateFile(options.state);
  const result = await checkExposures({
    rpc: jsonRpc(options.rpc),
    fetch: (url, init) => fetch(url, init),
    source: {
      registry: options.registry,
      logId: options.log,
      ...(options.chainId === undefined ? {} : { chainId: options.chainId }),
      ...(options.fromBlock === undefined ? {} : { fromBlock: options.fromBlock }),
    },
    gateways: options.gateway,
    contacts,
    matching,
    ...(memory ? { memory } : {}),
    ...(options.light ? { light: { relayers: options.gateway } } : {}),
    onProgress,
  }).finally(async () => {
    progress.end();
    matching.close();
    await memory?.close();
  });
  if (result.replacedMemory) note(`${options.state} was the state of another log's check and was replaced`);
  for (const { gateway, message } of result.faults) note(`gateway ${gateway}: ${message}`);

  const proofs = result.exposures.flatMap(({ reports }) =>
    reports.flatMap((report) => (report.lane === "batch" ? [report.proof] : [])),
  );
  const files = options.proofs === undefined ? [] : await writeProofs(options.proofs, proofs);
  const proofFiles = new Map(
    proofs.flatMap((proof, i) => (files[i] === undefined ? [] : [[proof, files[i]]])),
  );
  const json = resultToJson(result, policy, proofFiles);
  if (options.json) {
    const broken = errors.map(({ line, code, message }) => ({ line, code, message }));
    await printJson({ ...json, contacts: { read: records.length, broken } });
  } else await printLine(resultToText(json, records.length));
}

const PHASES = {
  log: "reading the log from the chain",
  filters: "fetching filters",
  batches: "fetching and verifying batches",
  hits: "verifying the reports that match",
} as const satisfies Record<CheckProgress["phase"], string>;

/** @throws INPUT_UNREADABLE, POLICY_INVALID */
async function readPolicy(path: string): Promise<RiskPolicy> {
  const text = await readText(path);
  try {
    return parseRiskPolicy(parseJson(text, "POLICY_INVALID", "policy"));
  } catch (error) {
    throw inPlace(path, error);
  }
}

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
