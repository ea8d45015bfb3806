import { decodeBatchFile, encodeBatchFile, type Batch } from "@tocsin/protocol/batch/file.ts";
import { filterFileOf } from "@tocsin/protocol/filter/batchFilter.ts";
import { sharedKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";

const LENGTH_PREFIX = 4;

/** What the thread is sent: of each batch its file. */
export function encodeBatches(batches: readonly Batch[]): Uint8Array<ArrayBuffer> {
  return join(batches.map(encodeBatchFile));
}

/** Makes the filters of what encodeBatches wrote. @returns of each its file, empty where a batch has none */
export function makeAll(encoded: Uint8Array): Uint8Array<ArrayBuffer> {
  const files = split(encoded);
  return join(files.map((file) => filterFileOf(decodeBatchFile(file), sharedKernel()) ?? new Uint8Array()));
}

/** The filter file of one batch, of those that makeAll made. */
export function filterFileAt(answers: Uint8Array, index: number): Uint8Array | undefined {
  const file = split(answers)[index] as Uint8Array;
  return file.length === 0 ? undefined : file;
}

/** u32 length ‖ bytes, one after the other. */
function join(all: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(all.reduce((sum, { length }) => sum + LENGTH_PREFIX + length, 0));
  const view = new DataView(joined.buffer);
  let at = 0;
  for (const bytes of all) {
    view.setUint32(at, bytes.length);
    joined.set(bytes, at + LENGTH_PREFIX);
    at += LENGTH_PREFIX + bytes.length;
  }
  return joined;
}

function split(joined: Uint8Array): Uint8Array[] {
  const view = new DataView(joined.buffer, joined.byteOffset, joined.length);
  const all: Uint8Array[] = [];
  for (let at = 0; at < joined.length;) {
    const start = at + LENGTH_PREFIX;
    at = start + view.getUint32(at);
    all.push(joined.subarray(start, at));
  }
  return all;
}
