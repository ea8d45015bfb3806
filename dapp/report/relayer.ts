import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { readReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { dummyUpload, encodeUpload, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { MAX_WORK_BITS, solveWork, WORK_HEADER } from "@tocsin/protocol/pow/work.ts";
import { plainFetch } from "../sync/plainFetch.ts";
import { readJson } from "../sync/readJson.ts";
import { REPORT_STATES, type ReportState } from "./ownReport.ts";

const MAX_ANSWER_BYTES = 262_144;
const TIMEOUT_MS = 30_000;
/** Work that is done at a stretch before the page gets its turn. */
const WORK_SLICE_MS = 12;
/** How often an upload is tried that the relayer puts off, and for how many seconds at most each time. */
const MOST_TRIES = 5;
const MOST_WAIT = 60;

/** The relayer did not answer as it should. `code` is the relayer's own where it gave one. */
export class RelayerError extends Error {
  override readonly name = "RelayerError";
  readonly code: string;
  /** Bits of proof of work that the relayer asks for, where that is why. */
  readonly workBits: number | undefined;
  /** Seconds after which it takes the upload, where it had too many. */
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    message: string,
    options?: ErrorOptions & { workBits?: number | undefined; retryAfter?: number | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.workBits = options?.workBits;
    this.retryAfter = options?.retryAfter;
  }
}

export interface ReportStatus {
  state: ReportState;
  /** Not verified yet. */
  proof?: Proof;
}

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/**
 * Sends a signed report, padded to the size that all uploads have. The receipt is read, but not verified yet.
 * @throws RelayerError, RECEIPT_INVALID
 */
export async function postReport(relayer: string, bytes: Uint8Array): Promise<SignedReceipt> {
  return readReceipt(fieldOf(await postUpload(relayer, encodeUpload(bytes, random)), "receipt"));
}

/** Sends an upload without a report, which from outside looks as one with a report does. @throws RelayerError */
export async function postDummy(relayer: string): Promise<void> {
  await postUpload(relayer, dummyUpload(random));
}

/** Sends an upload, waits where the relayer had too many, and solves a proof of work where it asks for one. */
async function postUpload(relayer: string, body: Uint8Array): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await postOnce(relayer, body);
    } catch (error) {
      const wait = error instanceof RelayerError ? error.retryAfter : undefined;
      if (wait === undefined || tries === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    }
  }
}

async function postOnce(relayer: string, body: Uint8Array): Promise<unknown> {
  const post = (headers: Record<string, string>): Promise<unknown> =>
    ask(relayer, "/v1/reports", {
      method: "POST",
      headers: { "content-type": UPLOAD_TYPE, ...headers },
      body: new Uint8Array(body),
    });
  try {
    return await post({});
  } catch (error) {
    const bits = error instanceof RelayerError ? error.workBits : undefined;
    if (bits === undefined) throw error;
    return await post({ [WORK_HEADER]: await solveWork(body, bits, pageTurns()) });
  }
}

/** Lets the page react between two slices of work. */
function pageTurns(): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart < WORK_SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    sliceStart = performance.now();
  };
}

/**
 * How far a report has come, as the relayer says.
 * @param leaf hex
 * @throws RelayerError, PROOF_INVALID
 */
export async function getReport(relayer: string, leaf: string): Promise<ReportStatus> {
  const answer = await ask(relayer, `/v1/reports/${leaf}`, {});
  const state = REPORT_STATES.find((known) => known === fieldOf(answer, "state"));
  if (!state) throw new RelayerError("RELAYER_INVALID", "the relayer names a state that does not exist");
  const proof = fieldOf(answer, "proof");
  return { state, ...(proof === undefined || proof === null ? {} : { proof: readProof(proof) }) };
}

/** Whether a proof is about this leaf, in this log. */
export function isProofOf(
  proof: Proof,
  leaf: string,
  log: { chainId: number; registry: string; logId: number },
): boolean {
  return (
    toHex(proof.leaf) === leaf &&
    proof.chainId === log.chainId &&
    proof.logId === log.logId &&
    `0x${toHex(proof.registry)}` === log.registry
  );
}

async function ask(relayer: string, path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await plainFetch(relayer.replace(/\/+$/, "") + path, {
      ...init,
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = await readJson(response, MAX_ANSWER_BYTES);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RelayerError("RELAYER_UNAVAILABLE", `the relayer did not answer: ${reason}`, { cause: error });
  }
  if (!response.ok) throw refusal(response, answer);
  return answer;
}

/** Reads problem+json; what cannot be read of it is replaced by the status. */
function refusal({ status, headers }: Response, answer: unknown): RelayerError {
  const code = fieldOf(answer, "code");
  const detail = fieldOf(answer, "detail") ?? fieldOf(answer, "title");
  return new RelayerError(
    typeof code === "string" && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : `HTTP_${status}`,
    `the relayer refused: ${typeof detail === "string" ? detail.slice(0, 300) : `status ${status}`}`,
    {
      workBits: status === 428 ? workBitsOf(answer) : undefined,
      retryAfter: status === 429 ? retryAfterOf(headers) : undefined,
    },
  );
}

function retryAfterOf(headers: Headers): number {
  const seconds = Number(headers.get("retry-after"));
  return seconds >= 1 && seconds <= MOST_WAIT ? seconds : MOST_WAIT;
}

function workBitsOf(answer: unknown): number | undefined {
  const bits = fieldOf(answer, "workBits");
  return Number.isInteger(bits) && (bits as number) >= 0 && (bits as number) <= MAX_WORK_BITS
    ? (bits as number)
    : undefined;
}

function fieldOf(answer: unknown, key: string): unknown {
  return typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[key] : undefined;
}
