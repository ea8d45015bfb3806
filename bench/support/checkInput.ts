import { execFile } from "node:child_process";
import { randomBytes, randomFillSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import {
  batchFileLength,
  encodeBatchFile,
  MAX_BATCH_FILE_LENGTH,
  sortEntries,
} from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import { encodeReport, SIGNATURE_LENGTH, tcnsOf } from "@tocsin/protocol/report/report.ts";
import { TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import { signReports } from "./signedReports.ts";

/** Where the command keeps compiled code. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/tocsin/compiled", import.meta.url));

const MEMO_LENGTH = 20;
/** Reports that some contact covers: the ones with real signatures. */
const MET = 20;

/** What a check reads, in a folder: batch files by their CIDs, and `log.json` with the rest. */
export interface CheckInputFiles {
  folder: string;
  reports: number;
  exposures: number;
}

/** `log.json`: the batches, and the contacts' TCNs in hex. Byte strings are hex. */
export interface CheckInputLog {
  batches: { root: string; cidDigest: string; count: number }[];
  contacts: string[];
}

export interface CheckRun {
  seconds: number;
  peakMegabytes: number;
  reports: number;
  exposures: number;
}

/** Writes a log of full batches. Signatures of reports that no contact covers are random: nobody looks at them. */
export async function writeCheckInput(
  folder: string,
  { reports, tcns, contacts }: { reports: number; tcns: number; contacts: number },
): Promise<CheckInputFiles> {
  const met = signReports(MET);
  const seen = met.map((report) => tcnsOf(readSignedReport(report)).subarray(0, TCN_LENGTH));
  const others = Array.from({ length: contacts - MET }, () => randomBytes(TCN_LENGTH));
  const log: CheckInputLog = {
    batches: [],
    contacts: [...seen, ...others].map((tcn) => toHex(new Uint8Array(tcn))),
  };
  const perEntry = batchFileLength([reportEntry(met[0]!).length]) - batchFileLength([]);
  const most = Math.floor((MAX_BATCH_FILE_LENGTH - batchFileLength([])) / perEntry);
  const every = Math.floor(reports / MET);
  for (let from = 0; from < reports; from += most) {
    const entries = [];
    for (let i = from; i < Math.min(reports, from + most); i++) {
      const report = i % every === 0 && i / every < MET ? met[i / every]! : reportOf(tcns);
      entries.push(reportEntry(report));
    }
    const sorted = sortEntries(entries);
    const file = encodeBatchFile(sorted);
    const cidDigest = cidDigestOf(file);
    await writeFile(join(folder, cidOf(cidDigest)), file);
    log.batches.push({
      root: toHex(rootOf(sorted.leaves)),
      cidDigest: toHex(cidDigest),
      count: entries.length,
    });
  }
  await writeFile(join(folder, "log.json"), JSON.stringify(log));
  return { folder, reports, exposures: MET };
}

function reportOf(tcns: number): Uint8Array {
  const random = (length: number): Uint8Array => randomFillSync(new Uint8Array(length));
  const content = { j1: 1, j2: tcns, memoType: 0, memo: new Uint8Array(MEMO_LENGTH) };
  const unsigned = encodeReport({ rvk: random(32), tckBeforeJ1: random(32), ...content });
  return new Uint8Array([...unsigned, ...random(SIGNATURE_LENGTH)]);
}

export async function readCheckLog(folder: string): Promise<CheckInputLog> {
  return JSON.parse(await readFile(join(folder, "log.json"), "utf8")) as CheckInputLog;
}

/** Makes the check in a process of its own, so that its memory is its own too. */
export async function checkInProcess({ folder }: CheckInputFiles): Promise<CheckRun> {
  const script = fileURLToPath(new URL("./checkProcess.ts", import.meta.url));
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder], { env });
  return JSON.parse(stdout) as CheckRun;
}
