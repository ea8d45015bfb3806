import { cidOf } from "../batch/cid.ts";
import { digestFile } from "../batch/digest.ts";
import { MAX_BATCH_FILE_LENGTH } from "../batch/file.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";

/** `fetch` of the platform, or a stand-in of the same shape. */
export type Fetch = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

/** Why a gateway did not serve a batch. */
export interface GatewayFault {
  gateway: string;
  code: "BATCH_UNAVAILABLE" | "BATCH_DIGEST_MISMATCH" | "BATCH_TOO_LARGE";
  message: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Fetches a batch file as one raw block from the listed trustless gateways in turn, until one serves the bytes that
 * the CID names.
 * @param gateways base URLs, without /ipfs
 * @throws BATCH_DIGEST_MISMATCH when a gateway served other bytes and none the right ones, otherwise BATCH_UNAVAILABLE
 */
export async function fetchBatchFile(
  fetch: Fetch,
  gateways: readonly string[],
  cidDigest: Uint8Array,
  signal?: AbortSignal,
): Promise<{ file: Uint8Array<ArrayBuffer>; faults: GatewayFault[] }> {
  const faults: GatewayFault[] = [];
  const fault = (gateway: string, code: GatewayFault["code"], message: string): void => {
    faults.push({ gateway, code, message });
  };
  for (const gateway of gateways) {
    signal?.throwIfAborted();
    try {
      const file = await fetchBlock(fetch, gateway, cidOf(cidDigest), signal);
      if (!file) fault(gateway, "BATCH_TOO_LARGE", "it serves more than 1 MiB");
      else if (equalBytes(await digestFile(file), cidDigest)) return { file, faults };
      else fault(gateway, "BATCH_DIGEST_MISMATCH", "it serves other bytes than the CID names");
    } catch (error) {
      signal?.throwIfAborted();
      fault(gateway, "BATCH_UNAVAILABLE", error instanceof Error ? error.message : String(error));
    }
  }
  const lied = faults.some((entry) => entry.code === "BATCH_DIGEST_MISMATCH");
  const reasons = faults.map((entry) => `${entry.gateway}: ${entry.message}`).join("; ");
  throw new TocsinError(
    lied ? "BATCH_DIGEST_MISMATCH" : "BATCH_UNAVAILABLE",
    `no gateway serves ${cidOf(cidDigest)}${reasons ? ` (${reasons})` : ": none is listed"}`,
  );
}

/** The block's bytes, or undefined when there are more than a batch file can have. */
async function fetchBlock(
  fetch: Fetch,
  gateway: string,
  cid: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(`${gateway.replace(/\/+$/, "")}/ipfs/${cid}?format=raw`, {
    headers: { accept: "application/vnd.ipld.raw" },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  if (!response.ok || !response.body) throw new Error(`it answers ${response.status}`);
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_BATCH_FILE_LENGTH) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const file = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    file.set(chunk, offset);
    offset += chunk.length;
  }
  return file;
}
