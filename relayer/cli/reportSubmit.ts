import { randomInt } from "node:crypto";
import type { Command } from "commander";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import {
  receiptSigner,
  receiptToJson,
  verifyReceipt,
  type SignedReceipt,
} from "@tocsin/protocol/receipt/receipt.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { checkBondedReceipt } from "./bondedReceipt.ts";
import { CliError, toFailure, type Failure } from "./errors.ts";
import { readReportLines } from "./input.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import {
  addExamples,
  bondOption,
  jsonOption,
  logOption,
  parseWhole,
  registryOption,
  relayerOption,
  rpcOption,
} from "./options.ts";
import { note, printJson, printLine, startProgress } from "./output.ts";
import { submitDummy, submitReport, type OnWork, type ReportState } from "./relayerClient.ts";
import { time } from "./words.ts";

interface Options {
  relayer: string;
  rpc?: string;
  registry?: Uint8Array;
  log?: number;
  bond?: Uint8Array;
  dummies: number;
  json?: true;
}

const HELP = `
What is sent always has the same size. Whoever watches the network can still count: --dummies sends that many uploads
without a report among the others, at random places, which the relayer answers alike and forgets.

With --rpc the receipt's signer is compared with the log's operator in the chain; --registry and --log say
which log you expect, otherwise the receipt's own is taken. --bond says that the relayer has a bond, and refuses a receipt
on which \`tocsin demand\` could not rely.

With --json:
  {"receipts": [{"leaf", "state", "signer", "signerVerified", "receipt"}], "failed": [{"leaf", "code", "message"}]}`;

export function addReportSubmitCommand(parent: Command): void {
  const command = parent
    .command("submit")
    .summary("hand signed reports to a relayer and print its receipts")
    .description(
      "Hands signed reports to a relayer and prints its receipts: its signed promise to anchor each " +
        "report by a deadline. Every report is verified before anything is sent; sending one again gives " +
        "the same receipt.",
    )
    .argument("[file]", "file with signed reports in hex, one a line; - for stdin", "-")
    .addOption(relayerOption())
    .addOption(rpcOption())
    .addOption(registryOption())
    .addOption(logOption())
    .addOption(bondOption())
    .option(
      "--dummies <number>",
      "uploads without a report to send among the others",
      parseWhole(0, 1_000),
      0,
    )
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin report submit --relayer http://127.0.0.1:8420 --rpc http://127.0.0.1:8545 reports.hex",
  );
}

async function run(file: string, options: Options): Promise<void> {
  const reports: SignedReport[] = [];
  for await (const report of readReportLines(file)) reports.push(report);
  if (options.bond && options.rpc === undefined) {
    throw new CliError("USAGE_INVALID", "--bond needs --rpc: the bond is in the chain");
  }
  if (reports.length === 0) throw new CliError("INPUT_UNREADABLE", "there is no report to submit");

  const receipts: object[] = [];
  const failed: ({ leaf: string } & Omit<Failure, "exitCode">)[] = [];
  const operatorOf = operatorReader(options.rpc);
  for (const report of withDummies(reports, options.dummies)) {
    if (!report) {
      await sendDummy(options.relayer);
      continue;
    }
    const leaf = leafHash(reportEntry(report.bytes));
    try {
      const submitted = await withProgress((onWork) =>
        submitReport(options.relayer, report.bytes, leaf, onWork),
      );
      checkExpected(submitted.receipt, options);
      const operator = await operatorOf?.(submitted.receipt);
      if (operator) verifyReceipt(submitted.receipt, operator);
      if (options.bond && options.rpc !== undefined) {
        await checkBondedReceipt(jsonRpc(options.rpc), options.bond, submitted.receipt);
      }
      receipts.push(toJson(submitted, operator !== undefined));
      if (!options.json) await printLine(toText(submitted));
    } catch (error) {
      const { code, message } = toFailure(error);
      failed.push({ leaf: toHex(leaf), code, message });
      note(`error ${code}: report ${toHex(leaf)}: ${message}`);
      process.exitCode = 1;
    }
  }
  if (options.json) await printJson({ receipts, failed });
  if (!options.rpc && receipts.length > 0) {
    note("The signers were not compared with the log's operator: give --rpc for that.");
  }
}

/** The reports in their order, and undefined for each dummy, at random places. */
function withDummies(reports: readonly SignedReport[], dummies: number): (SignedReport | undefined)[] {
  const sent: (SignedReport | undefined)[] = [...reports];
  for (let i = 0; i < dummies; i++) sent.splice(randomInt(sent.length + 1), 0, undefined);
  return sent;
}

async function sendDummy(relayer: string): Promise<void> {
  try {
    await withProgress((onWork) => submitDummy(relayer, onWork));
  } catch (error) {
    const { code, message } = toFailure(error);
    note(`error ${code}: a dummy: ${message}`);
    process.exitCode = 1;
  }
}

/** Shows how far a relayer's proof of work is; how many hashes it takes is luck, 2^bits on average. */
async function withProgress<T>(send: (onWork: OnWork) => Promise<T>): Promise<T> {
  const progress = startProgress();
  try {
    return await send((tried, bits) =>
      progress.show("solving the relayer's proof of work", tried, 2 ** bits),
    );
  } finally {
    progress.end();
  }
}

/** Reads each log once, however many receipts name it. */
function operatorReader(
  url: string | undefined,
): ((receipt: SignedReceipt) => Promise<Uint8Array>) | undefined {
  if (url === undefined) return undefined;
  const rpc = jsonRpc(url);
  const known = new Map<string, Promise<Uint8Array>>();
  return ({ chainId, registry, logId }) => {
    const name = `${chainId} ${to0x(registry)} ${logId}`;
    const operator =
      known.get(name) ?? readLog(rpc, { chainId, registry, logId }).then((log) => log.operator);
    known.set(name, operator);
    return operator;
  };
}

function checkExpected(receipt: SignedReceipt, { registry, log }: Options): void {
  if ((registry && !equalBytes(registry, receipt.registry)) || (log !== undefined && log !== receipt.logId)) {
    throw new TocsinError(
      "RECEIPT_INVALID",
      `the receipt is for log ${receipt.logId} of ${to0x(receipt.registry)}, not for the expected one`,
    );
  }
}

function toJson({ leaf, state, receipt }: ReportState, signerVerified: boolean): object {
  return {
    leaf,
    state,
    signer: to0x(receiptSigner(receipt)),
    signerVerified,
    receipt: receiptToJson(receipt),
  };
}

function toText({ leaf, state, receipt }: ReportState): string {
  const log = `log ${receipt.logId} of ${to0x(receipt.registry)}`;
  return `${leaf}  ${state}, to be in ${log} by ${time(receipt.deadline)}, signed by ${to0x(receiptSigner(receipt))}`;
}
