import { randomBytes } from "node:crypto";
import { setImmediate as immediate } from "node:timers/promises";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { readProof, verifyProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { readReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { dummyUpload, encodeUpload, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { MAX_WORK_BITS, solveWork, WORK_HEADER } from "@tocsin/protocol/pow/work.ts";
import { CliError, RelayerRefusal } from "./errors.ts";
import { exchange, type Answer, type Request } from "../net/exchange.ts";

const MAX_ANSWER_LENGTH = 1_048_576;

/** How far a relayer has come with an entry. */
export interface ReportState {
  leaf: string;
  state: string;
  receipt: SignedReceipt;
  /** Present from `anchored` on; its inclusion is verified, the chain has not been asked. */
  proof?: Proof;
  /** The relayer's word, from `anchored` on, on how far the chain vouches for the batch. */
  finality?: "latest" | "safe" | "finalized";
}

/** Told every few milliseconds while a relayer's proof of work is solved, which takes some 2^bits hashes. */
export type OnWork = (tried: number, bits: number) => void;

/**
 * Hands a signed report to a relayer. The same report again gives the same receipt.
 * @param leaf of the report's entry, 32 bytes
 * @throws RECEIPT_INVALID when the receipt is for another entry, RELAYER_UNAVAILABLE, or the relayer's own code
 */
export async function submitReport(
  relayer: string,
  report: Uint8Array,
  leaf: Uint8Array,
  onWork: OnWork,
): Promise<ReportState> {
  return readState(await upload(relayer, encodeUpload(report, randomBytes), onWork), leaf);
}

/** Sends what an observer cannot tell from a report. @throws RELAYER_UNAVAILABLE, or the relayer's own code */
export async function submitDummy(relayer: string, onWork: OnWork): Promise<void> {
  await upload(relayer, dummyUpload(randomBytes), onWork);
}

async function upload(relayer: string, body: Uint8Array, onWork: OnWork): Promise<Answer> {
  const send = (headers: Record<string, string>): Promise<Answer> =>
    ask(relayer, "/v1/reports", {
      method: "POST",
      headers: { "content-type": UPLOAD_TYPE, ...headers },
      body: new Uint8Array(body),
    });
  let answer = await send({});
  if (answer.status === 428) answer = await send({ [WORK_HEADER]: await solve(answer, body, onWork) });
  if (answer.status !== 202 && answer.status !== 200) throw refusal(answer);
  return answer;
}

async function solve(answer: Answer, body: Uint8Array, onWork: OnWork): Promise<string> {
  const { workBits } = parse(answer);
  if (
    typeof workBits !== "number" ||
    !Number.isInteger(workBits) ||
    workBits < 0 ||
    workBits > MAX_WORK_BITS
  ) {
    throw refusal(answer);
  }
  return solveWork(body, workBits, async (tried) => {
    onWork(tried, workBits);
    await immediate();
  });
}

/** @throws REPORT_UNKNOWN, RELAYER_UNAVAILABLE, RECEIPT_INVALID, PROOF_INVALID, PROOF_NOT_INCLUDED */
export async function getReportState(relayer: string, leaf: Uint8Array): Promise<ReportState> {
  const answer = await ask(relayer, `/v1/reports/${toHex(leaf)}`);
  if (answer.status === 404) {
    throw new CliError("REPORT_UNKNOWN", `the relayer knows no report ${toHex(leaf)}`);
  }
  if (answer.status !== 200) throw refusal(answer);
  return readState(answer, leaf);
}

/** The relayer's account of its log, as it gives it. @throws RELAYER_UNAVAILABLE, or the relayer's own code */
export async function getLog(relayer: string): Promise<Record<string, unknown>> {
  const answer = await ask(relayer, "/v1/log");
  if (answer.status !== 200) throw refusal(answer);
  return parse(answer);
}

/** Whether a relayer says that it is ready, and what it adds. @throws RELAYER_UNAVAILABLE */
export async function getReadiness(
  relayer: string,
): Promise<{ ready: boolean; details: Record<string, unknown> }> {
  const answer = await ask(relayer, "/readyz", { attempts: 1 });
  return { ready: answer.status === 200, details: parse(answer) };
}

/**
 * A relayer's metrics as text; undefined where it does not give them to whoever asks.
 * @param token that the relayer asks of readers on other machines
 * @throws RELAYER_UNAVAILABLE
 */
export async function getMetrics(relayer: string, token: string | undefined): Promise<string | undefined> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await ask(relayer, "/metrics", { attempts: 1, headers });
  return answer.status === 200 ? answer.text : undefined;
}

async function ask(relayer: string, path: string, request: Partial<Request> = {}): Promise<Answer> {
  try {
    return await exchange(relayer + path, { maxLength: MAX_ANSWER_LENGTH, ...request });
  } catch (error) {
    throw new CliError("RELAYER_UNAVAILABLE", `the relayer does not answer: ${(error as Error).message}`);
  }
}

function readState(answer: Answer, leaf: Uint8Array): ReportState {
  const { state, receipt: given, proof: carried, batch } = parse(answer);
  if (typeof state !== "string") {
    throw new TocsinError("RECEIPT_INVALID", "the relayer's answer names no state");
  }
  const receipt = readReceipt(given);
  if (!equalBytes(receipt.leaf, leaf)) {
    throw new TocsinError("RECEIPT_INVALID", "the relayer's receipt is for another entry");
  }
  const known = { leaf: toHex(leaf), state, receipt, ...readFinality(batch) };
  if (carried === undefined || carried === null) return known;
  const proof = readProof(carried);
  verifyProof(proof);
  if (!equalBytes(proof.leaf, leaf)) {
    throw new TocsinError("PROOF_INVALID", "the relayer's proof is of another entry");
  }
  return { ...known, proof };
}

function readFinality(batch: unknown): Pick<ReportState, "finality"> {
  const { finality } = (batch ?? {}) as { finality?: unknown };
  if (finality !== "latest" && finality !== "safe" && finality !== "finalized") return {};
  return { finality };
}

/** What application/problem+json says, or the status where the answer is something else. */
function refusal(answer: Answer): Error {
  const { code, detail, title } = parse(answer);
  if (typeof code !== "string" || !/^[A-Z][A-Z0-9_]{1,63}$/.test(code)) {
    return new CliError("RELAYER_UNAVAILABLE", `the relayer answers ${answer.status}`);
  }
  const reason = [detail, title].find((text): text is string => typeof text === "string");
  return new RelayerRefusal(code, `the relayer refuses: ${reason?.slice(0, 500) ?? answer.status}`);
}

function parse({ text }: Answer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
