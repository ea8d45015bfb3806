import { cidOf } from "../batch/cid.ts";

/** `fetch` of the platform, or a stand-in of the same shape. */
export type Fetch = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

/** What is asked for, and of whom. */
export interface Wanted {
  /** Base URL of a gateway or relayer. */
  base: string;
  /** Path and query, from the slash on. */
  path: string;
  /** Media type. */
  accept: string;
  /** Bytes; what is longer is not read to its end. */
  maxLength: number;
}

const TIMEOUT_MS = 30_000;

/**
 * Fetches an answer's bytes.
 * @returns undefined when there are more than maxLength
 * @throws Error for an answer other than 2xx, or none in time; or the signal's reason
 */
export async function fetchBytes(
  fetch: Fetch,
  { base, path, accept, maxLength }: Wanted,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(base.replace(/\/+$/, "") + path, {
    headers: { accept },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  if (!response.ok || !response.body) {
    // What is left unread holds its connection.
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxLength) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Fetches one raw block from a trustless gateway; its bytes are not compared with the CID here. As fetchBytes. */
export function fetchBlock(
  fetch: Fetch,
  gateway: string,
  cidDigest: Uint8Array,
  maxLength: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = `/ipfs/${cidOf(cidDigest)}?format=raw`;
  return fetchBytes(fetch, { base: gateway, path, accept: "application/vnd.ipld.raw", maxLength }, signal);
}
