import { Fields, parseJson } from "../bytes/fields.ts";
import { TocsinError } from "../errors.ts";
import { MAX_FILTER_FILE_LENGTH } from "../filter/file.ts";
import type { Filter } from "../filter/filter.ts";
import { openFilter, type FilterProof } from "../filter/openFilter.ts";
import type { AnchoredBatch } from "../log/state.ts";
import { fetchBlock, fetchBytes, type Fetch } from "./fetchBytes.ts";

/** A batch has less than 2^32 entries. */
const LONGEST_PATH = 32;
/** Bytes of a proof as JSON: 32 hashes in hex, and the rest. */
const MAX_PROOF_LENGTH = 8_192;

/**
 * The filter of an anchored batch from the first of the relayers that serves one with a proof that the batch commits it.
 * @param relayers base URLs; a gateway that is no relayer has no proof, and is passed over
 * @returns undefined where none does: the batch is to be read whole then
 * @throws only the signal's reason
 */
export async function fetchFilter(
  fetch: Fetch,
  relayers: readonly string[],
  batch: Pick<AnchoredBatch, "seq" | "root" | "count">,
  signal?: AbortSignal,
): Promise<Filter | undefined> {
  for (const base of relayers) {
    signal?.throwIfAborted();
    try {
      const path = `/v1/batches/${batch.seq}/filter`;
      const wanted = { base, path, accept: "application/json", maxLength: MAX_PROOF_LENGTH };
      const proof = readFilterProof(await fetchBytes(fetch, wanted, signal));
      const file = await fetchBlock(fetch, base, proof.digest, MAX_FILTER_FILE_LENGTH, signal);
      if (file) return openFilter(batch, proof, file);
    } catch {
      signal?.throwIfAborted();
    }
  }
  return undefined;
}

/** Reads a relayer's answer. @throws FILTER_INVALID */
function readFilterProof(bytes: Uint8Array | undefined): FilterProof {
  if (!bytes) throw new TocsinError("FILTER_INVALID", `the proof is longer than ${MAX_PROOF_LENGTH} bytes`);
  const json = parseJson(new TextDecoder().decode(bytes), "FILTER_INVALID", "the proof");
  const fields = new Fields(json, "FILTER_INVALID", "the proof");
  return {
    digest: fields.hex("digest", 32),
    index: fields.uint("index", 0, 2 ** 32 - 1),
    path: fields.hexList("path", 32, LONGEST_PATH),
  };
}
