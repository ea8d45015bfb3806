import { cidOf } from "../batch/cid.ts";
import { digestFile } from "../batch/digest.ts";
import { MAX_BATCH_FILE_LENGTH } from "../batch/file.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { fetchBlock, type Fetch } from "./fetchBytes.ts";

/** Why a gateway did not serve a batch. */
export interface GatewayFault {
  gateway: string;
  code: "BATCH_UNAVAILABLE" | "BATCH_DIGEST_MISMATCH" | "BATCH_TOO_LARGE";
  message: string;
}

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
      const file = await fetchBlock(fetch, gateway, cidDigest, MAX_BATCH_FILE_LENGTH, signal);
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
