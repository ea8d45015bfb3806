import { TocsinError } from "@tocsin/protocol/errors.ts";
import { proofToJson, type Proof } from "@tocsin/protocol/log/proofFile.ts";

/** Twice what a proof of the longest entry takes. */
export const MAX_PROOF_BYTES = 512 * 1024;

/** A proof file, small enough for an address: its JSON, deflated, in base64url. */
export async function packProof(proof: Proof): Promise<string> {
  const json = new Blob([JSON.stringify(proofToJson(proof))]);
  const deflated = json.stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/**
 * The text of a proof file from an address, where anybody may have put anything: it ends where it becomes too large.
 * @throws PROOF_INVALID
 */
export async function unpackProof(packed: string): Promise<string> {
  try {
    const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = new Blob([Uint8Array.from(binary, (char) => char.charCodeAt(0))]);
    return await readAtMost(bytes.stream().pipeThrough(new DecompressionStream("deflate-raw")));
  } catch (error) {
    if (error instanceof TocsinError) throw error;
    throw new TocsinError("PROOF_INVALID", "the link holds no proof", { cause: error });
  }
}

/** The text of a proof file that the user chose. @throws PROOF_INVALID */
export async function readProofBlob(file: Blob): Promise<string> {
  if (file.size > MAX_PROOF_BYTES) throw tooLarge();
  return file.text();
}

async function readAtMost(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MAX_PROOF_BYTES) {
      await reader.cancel();
      throw tooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

function tooLarge(): TocsinError {
  return new TocsinError("PROOF_INVALID", `a proof file has at most ${MAX_PROOF_BYTES / 1024} KiB`);
}
