import type { LineError, ParsedLines } from "@tocsin/protocol/bytes/jsonLines.ts";
import { parseContactRecords } from "@tocsin/protocol/match/contactRecords.ts";
import { parseBroadcastKeys } from "@tocsin/protocol/report/broadcastKeys.ts";
import { unixNow } from "./clock.ts";
import type { Imported, Store } from "./store.ts";

export type ImportKind = "contacts" | "keys";

export interface ImportResult extends Imported {
  /** The first lines that could not be read. */
  errors: LineError[];
  /** How many lines could not be read. */
  broken: number;
}

const MAX_LINE_LENGTH = 65_536;
const KEPT_ERRORS = 50;

/**
 * Reads a file line by line and merges what is in it into storage, all or nothing.
 * @param onProgress is told how many bytes were read
 * @throws Error for a file of which no line ends
 */
export async function importData(
  store: Store,
  kind: ImportKind,
  file: Blob,
  onProgress: (bytes: number) => void,
): Promise<ImportResult> {
  if (kind === "contacts") {
    const { records, ...rest } = await readLines(file, parseContactRecords, onProgress);
    return { ...rest, ...(await store.importContacts(records, unixNow())) };
  }
  const { records, ...rest } = await readLines(file, parseBroadcastKeys, onProgress);
  const { added, duplicates, expired } = await store.importKeys(records, unixNow());
  return { ...rest, added, duplicates, expired };
}

async function readLines<T>(
  file: Blob,
  parse: (text: string) => ParsedLines<T>,
  onProgress: (bytes: number) => void,
): Promise<{ records: T[]; errors: LineError[]; broken: number }> {
  const read = { records: [] as T[], errors: [] as LineError[], broken: 0 };
  let [lines, bytes, rest] = [0, 0, ""];
  const take = (text: string): void => {
    const { records, errors } = parse(text);
    for (const record of records) read.records.push(record);
    for (const error of errors.slice(0, KEPT_ERRORS - read.errors.length))
      read.errors.push({ ...error, line: error.line + lines });
    read.broken += errors.length;
  };
  const decoder = new TextDecoder();
  // Safari's streams cannot be iterated.
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const text = rest + decoder.decode(value, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    if (rest.length > MAX_LINE_LENGTH) throw new Error("a line is too long for a record");
    if (end > 0) take(text.slice(0, end));
    lines += text.slice(0, end).split("\n").length - 1;
    onProgress((bytes += value.length));
  }
  take(rest + decoder.decode());
  return read;
}
