import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { Fields, parseJson } from "../bytes/fields.ts";
import { to0x, toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import type { LogEvent } from "../log/events.ts";
import { DISCLOSED_WORDS } from "./disclosed.ts";
import type { Remembered, RememberedBatch, RememberedHit } from "./memory.ts";

const VERSION = 1;
const CODE = "MEMORY_INVALID";
/** So that no line is longer than some hundred kilobytes. */
const CONTACTS_A_LINE = 8_192;
const MAX_PATH = 64;

/** Writes what a check remembers as lines of JSON, without line breaks: a head, events, contacts, batches. */
export function* formatMemory(remembered: Remembered): Generator<string> {
  const { chainId, registry, logId, block, key, events, compared, batches, chosen } = remembered;
  const log = { chainId, registry: to0x(registry), logId };
  yield JSON.stringify({ line: "memory", version: VERSION, ...log, block, key: toHex(key), chosen });
  for (const event of events) yield formatEvent(event);
  for (let from = 0; from < compared.length; from += CONTACTS_A_LINE) {
    const some = new Uint8Array(compared.slice(from, from + CONTACTS_A_LINE).buffer);
    yield JSON.stringify({ line: "contacts", compared: toBase64(some) });
  }
  for (const batch of batches) yield formatRememberedBatch(batch);
}

/** The line of one batch, which may follow all others. */
export function formatRememberedBatch(batch: RememberedBatch): string {
  const { seq, root, blockHash, anchoredAt, counts, isFilterFalse, isPassed, disclosed, hits } = batch;
  const bytes = new Uint8Array(disclosed.buffer, disclosed.byteOffset, disclosed.byteLength);
  return JSON.stringify({
    ...{ line: "batch", seq, root: toHex(root), blockHash, anchoredAt, counts },
    ...{ isFilterFalse: Number(isFilterFalse), isPassed: Number(isPassed) },
    disclosed: toBase64(bytes),
    hits: hits.map(({ entry, index, path }) => ({ entry: toHex(entry), index, path: path.map(toHex) })),
  });
}

/**
 * Reads the lines of formatMemory. Words are in the byte order of this machine, which wrote them.
 * @returns with the number of lines that cannot be read and are passed over: what they held is read from the log again
 * @throws MEMORY_INVALID where the head is not of this version
 */
export function parseMemory(lines: Iterable<string>): { remembered: Remembered; broken: number } {
  let head: Omit<Remembered, "events" | "compared" | "batches"> | undefined;
  const events: LogEvent[] = [];
  const contacts: BigUint64Array[] = [];
  const batches: RememberedBatch[] = [];
  let broken = 0;
  for (const line of lines) {
    if (!head) {
      head = readHead(fieldsOf(line));
      continue;
    }
    try {
      const fields = fieldsOf(line);
      const name = fields.string("line");
      if (name === "event") events.push(readEvent(fields));
      else if (name === "contacts") contacts.push(new BigUint64Array(bufferOf(fields, "compared", 8)));
      else if (name === "batch") batches.push(readBatch(fields));
      else throw new TocsinError(CODE, "the line is of no known kind");
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      broken++;
    }
  }
  if (!head) throw new TocsinError(CODE, "there is no line");
  const compared = new BigUint64Array(contacts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const some of contacts) {
    compared.set(some, at);
    at += some.length;
  }
  return { remembered: { ...head, events, compared: compared.sort(), batches }, broken };
}

function formatEvent(event: LogEvent): string {
  const { blockNumber, blockHash, transactionHash, logIndex } = event;
  const place = { blockNumber, blockHash, transactionHash, logIndex };
  switch (event.name) {
    case "LogOpened":
      return eventLine({ name: event.name, ...place, operator: to0x(event.operator) });
    case "LogAccepted":
      return eventLine({ name: event.name, ...place, from: to0x(event.from), to: to0x(event.to) });
    case "EntrySubmitted":
      return eventLine({ name: event.name, ...place, entry: toHex(event.entry) });
    case "BatchAppended": {
      const { seq, firstIndex, count, root, cidDigest } = event.batch;
      const batch = { seq, firstIndex, count, root: toHex(root), cidDigest: toHex(cidDigest) };
      return eventLine({ name: event.name, ...place, batch });
    }
  }
}

function eventLine(event: object): string {
  return JSON.stringify({ line: "event", ...event });
}

function readEvent(fields: Fields): LogEvent {
  const place = {
    blockNumber: fields.uint("blockNumber"),
    blockHash: to0x(fields.hex("blockHash", 32)),
    transactionHash: to0x(fields.hex("transactionHash", 32)),
    logIndex: fields.uint("logIndex"),
  };
  const name = fields.string("name");
  switch (name) {
    case "LogOpened":
      return { name, ...place, operator: fields.hex("operator", 20) };
    case "LogAccepted":
      return { name, ...place, from: fields.hex("from", 20), to: fields.hex("to", 20) };
    case "EntrySubmitted":
      return { name, ...place, entry: fields.hex("entry") };
    case "BatchAppended": {
      const batch = fields.object("batch");
      const [seq, firstIndex, count] = [batch.uint("seq"), batch.uint("firstIndex"), batch.uint("count")];
      const [root, cidDigest] = [batch.hex("root", 32), batch.hex("cidDigest", 32)];
      return { name, ...place, batch: { seq, firstIndex, count, root, cidDigest } };
    }
    default:
      throw new TocsinError(CODE, "the event is of no known kind");
  }
}

function readHead(fields: Fields): Omit<Remembered, "events" | "compared" | "batches"> {
  fields.uint("version", VERSION, VERSION);
  const block = fields.object("block");
  return {
    chainId: fields.uint("chainId"),
    registry: fields.hex("registry", 20),
    logId: fields.uint("logId"),
    block: {
      number: block.uint("number"),
      hash: to0x(block.hex("hash", 32)),
      timestamp: block.uint("timestamp"),
    },
    key: fields.hex("key", 32),
    chosen: fields.uints("chosen"),
  };
}

function readBatch(fields: Fields): RememberedBatch {
  const met = fields.object("counts");
  const counts = {
    reports: met.uint("reports"),
    unknownEntries: met.uint("unknownEntries"),
    unreadableReports: met.uint("unreadableReports"),
  };
  const disclosed = new Uint32Array(bufferOf(fields, "disclosed", 4));
  if (disclosed.length !== counts.reports * DISCLOSED_WORDS) {
    throw new TocsinError(CODE, "the batch discloses more or less than its reports");
  }
  return {
    seq: fields.uint("seq"),
    root: fields.hex("root", 32),
    blockHash: to0x(fields.hex("blockHash", 32)),
    anchoredAt: fields.uint("anchoredAt"),
    counts,
    isFilterFalse: fields.uint("isFilterFalse", 0, 1) === 1,
    isPassed: fields.uint("isPassed", 0, 1) === 1,
    disclosed,
    hits: fields.objects("hits").map(readHit),
  };
}

function readHit(fields: Fields): RememberedHit {
  return {
    entry: fields.hex("entry"),
    index: fields.uint("index"),
    path: fields.hexList("path", 32, MAX_PATH),
  };
}

function fieldsOf(line: string): Fields {
  return new Fields(parseJson(line, CODE, "the line"), CODE, "memory");
}

/** @param width bytes of which the whole must be a multiple */
function bufferOf(fields: Fields, key: string, width: number): ArrayBuffer {
  const bytes = fromBase64(fields.string(key), key);
  if (bytes.length % width !== 0) throw new TocsinError(CODE, `${key} is cut off`);
  return bytes.slice().buffer;
}
