import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildBatch } from "./batch/build.ts";
import { cidDigestFrom, cidOf } from "./batch/cid.ts";
import { decodeBatchFile } from "./batch/file.ts";
import { fromBase64, toBase64 } from "./bytes/base64.ts";
import { uintBE } from "./bytes/bytes.ts";
import { Fields, parseJson } from "./bytes/fields.ts";
import { fromHex, to0x } from "./bytes/hex.ts";
import type { Remembered } from "./check/memory.ts";
import { formatMemory, parseMemory } from "./check/memoryLines.ts";
import {
  getBlock,
  getChainId,
  getDirectHead,
  getHead,
  getLogEvents,
  getRawEvents,
  type Rpc,
} from "./check/rpc.ts";
import { contactOf, entryOf, LOG_ID, OPERATOR, rakOf, reportOf } from "./check/support/community.ts";
import { verifyBatchFile } from "./check/verifyBatch.ts";
import { getDemandEvents, getDemands } from "./bond/demands.ts";
import { decodeDemandEvent, DEMAND_TOPICS } from "./bond/events.ts";
import { readBondTerms, readCredit, readRelayerBond } from "./bond/readBond.ts";
import { decodeEntry, encodeEntry, filterEntry, readFilterEntry, readReportEntry } from "./entry/entry.ts";
import { TocsinError } from "./errors.ts";
import { foldDirect } from "./log/direct.ts";
import { decodeLogEvent, EVENT_TOPICS, logIdTopic, readAddress, readPlace } from "./log/events.ts";
import { foldLog } from "./log/fold.ts";
import { formatProof, parseProof, readProof, verifyProof, type Proof } from "./log/proofFile.ts";
import { appendBatch, EMPTY_LOG } from "./log/state.ts";
import { buildFilter } from "./filter/build.ts";
import { decodeFilterFile, encodeFilterFile } from "./filter/file.ts";
import { formatContactRecord, parseContactRecords } from "./match/contactRecords.ts";
import { readRatchet } from "./match/readRatchet.ts";
import { DEFAULT_RISK_POLICY, parseRiskPolicy } from "./match/risk.ts";
import { readReceipt, receiptSigner, receiptToJson, signReceipt } from "./receipt/receipt.ts";
import { formatBroadcastKey, parseBroadcastKeys } from "./report/broadcastKeys.ts";
import { decodeCoEpiMemo, encodeCoEpiMemo } from "./report/memo.ts";
import { readReport, readSignedReport, readSignedReports, readSignedShape } from "./report/read.ts";
import { encodeReport } from "./report/report.ts";
import { decodeTck, encodeTck } from "./tcn/ratchet.ts";
import { tckAt } from "./tcn/rak.ts";
import { decodeUpload, encodeUpload } from "./upload/upload.ts";

// What each parser accepts, for the fuzzing to start from.
const report = reportOf(1, 1, 8);
const batch = buildBatch([entryOf(1, 1, 8), entryOf(2, 1, 8)]);
const anchored = { seq: 0, firstIndex: 0, count: 2, root: batch.tree.root, cidDigest: batch.cidDigest };
const proof: Proof = {
  chainId: 1,
  registry: OPERATOR,
  logId: LOG_ID,
  block: { number: 9, hash: new Uint8Array(32) },
  operator: OPERATOR,
  state: appendBatch(EMPTY_LOG, anchored),
  batch: anchored,
  batchPath: [],
  entry: batch.entries[1]!,
  leaf: batch.leaves[1]!,
  index: 1,
  path: batch.tree.path(1),
};
const receipt = signReceipt(
  { chainId: 1, registry: OPERATOR, logId: LOG_ID, leaf: batch.leaves[0]!, deadline: 9 },
  rakOf(7),
);
const event = {
  blockNumber: "0x9",
  blockHash: to0x(new Uint8Array(32)),
  transactionHash: to0x(new Uint8Array(32)),
  logIndex: "0x1",
  topics: [EVENT_TOPICS.BatchAppended, logIdTopic(LOG_ID)],
  data: to0x(new Uint8Array([...anchored.root, ...anchored.cidDigest, ...new Uint8Array(31), 2])),
};
const opened = {
  ...event,
  logIndex: "0x0",
  topics: [EVENT_TOPICS.LogOpened, logIdTopic(LOG_ID), logIdTopic(5)],
};
const submitted = {
  ...event,
  topics: [EVENT_TOPICS.EntrySubmitted, logIdTopic(LOG_ID)],
  data: to0x(
    new Uint8Array([
      ...uintBE(32, 32),
      ...uintBE(34, 32),
      ...encodeEntry({ kind: 2, body: new Uint8Array(33) }),
      ...new Uint8Array(30),
    ]),
  ),
};
const remembered: Remembered = {
  ...{ chainId: 1, registry: OPERATOR, logId: LOG_ID, key: rakOf(3) },
  block: { number: 9, hash: event.blockHash, timestamp: 9 },
  events: [opened, event, submitted].map((raw) => decodeLogEvent(raw, LOG_ID)),
  compared: BigUint64Array.of(1n, 2n),
  chosen: [1],
  batches: [
    {
      ...{ seq: 0, root: anchored.root, blockHash: event.blockHash, anchoredAt: 9, isFilterFalse: false },
      counts: { reports: 1, unknownEntries: 0, unreadableReports: 0 },
      isPassed: false,
      disclosed: new Uint32Array(3),
      hits: [{ entry: batch.entries[1]!, index: 1, path: batch.tree.path(1) }],
    },
  ],
};
const key = { rak: rakOf(1), startedAt: 0, rotation: 900, firstIndex: 1, lastIndex: 24 };
const memo = encodeCoEpiMemo({ reportTime: 0n, cough: "dry", fever: "mild", symptoms: ["other"] });

type Parser<T> = [name: string, sample: T, parse: (input: T) => unknown];

const byteParsers: Parser<Uint8Array>[] = [
  ["decodeTck", encodeTck(tckAt(rakOf(1), 3)), decodeTck],
  ["decodeCoEpiMemo", memo, decodeCoEpiMemo],
  ["readReport", encodeReport(report), readReport],
  ["readSignedReport", report.bytes, readSignedReport],
  ["readSignedReports", report.bytes, (bytes) => [...readSignedReports(bytes)]],
  ["decodeUpload", encodeUpload(report.bytes, (length) => new Uint8Array(length)), decodeUpload],
  ["decodeEntry", batch.entries[0]!, decodeEntry],
  ["readSignedShape", report.bytes, (bytes) => readSignedShape(bytes, 0)],
  ["readRatchet", batch.entries[0]!, (bytes) => readRatchet(bytes)],
  ["readFilterEntry", filterEntry(new Uint8Array(32)), readFilterEntry],
  ["decodeFilterFile", encodeFilterFile(buildFilter(new Uint32Array(8), [])!), decodeFilterFile],
  ["readReportEntry", batch.entries[0]!, readReportEntry],
  ["decodeBatchFile", batch.file, decodeBatchFile],
  ["verifyBatchFile", batch.file, (bytes) => verifyBatchFile(bytes, anchored)],
  ["readAddress", new Uint8Array(32), readAddress],
  ["receiptSigner", receipt.signature, (signature) => receiptSigner({ ...receipt, signature })],
];

const textParsers: Parser<string>[] = [
  ["fromHex", to0x(memo), (text) => fromHex(text, "text")],
  ["fromBase64", toBase64(memo), (text) => fromBase64(text, "text")],
  ["cidDigestFrom", cidOf(batch.cidDigest), cidDigestFrom],
  ["parseJson", formatBroadcastKey(key), (text) => parseJson(text, "JSON_INVALID", "text")],
  ["parseBroadcastKeys", formatBroadcastKey(key), parseBroadcastKeys],
  ["parseContactRecords", formatContactRecord(contactOf(1, 1, 2, 3)), parseContactRecords],
  ["parseMemory", [...formatMemory(remembered)].join("\n"), (text) => parseMemory(text.split("\n"))],
  ["parseProof", formatProof(proof), (text) => verifyProof(parseProof(text))],
];

const demanded = {
  ...event,
  topics: [DEMAND_TOPICS.Demanded, to0x(rakOf(1)), logIdTopic(LOG_ID), logIdTopic(7)],
  data: `0x${"00".repeat(160)}`,
};

const jsonParsers: Parser<unknown>[] = [
  ["readProof", JSON.parse(formatProof(proof)), (json) => verifyProof(readProof(json))],
  ["readReceipt", receiptToJson(receipt), (json) => receiptSigner(readReceipt(json))],
  ["decodeLogEvent", event, (json) => decodeLogEvent(json, LOG_ID)],
  ["decodeLogEvent of a direct entry", submitted, (json) => decodeLogEvent(json, LOG_ID)],
  ["foldDirect", [submitted], (json) => foldDirect([json].flat().map((raw) => decodeLogEvent(raw, LOG_ID)))],
  ["foldLog", [opened, event], (json) => foldLog([json].flat().map((raw) => decodeLogEvent(raw, LOG_ID)))],
  ["decodeDemandEvent", demanded, decodeDemandEvent],
  ["readPlace", demanded, (json) => readPlace(new Fields(json, "LOG_EVENT_INVALID", "event"))],
  ["parseRiskPolicy", DEFAULT_RISK_POLICY, parseRiskPolicy],
  ["fromHex", to0x(memo), (json) => fromHex(json, "json")],
  ["fromBase64", toBase64(memo), (json) => fromBase64(json, "json")],
];

const rpcReaders: Parser<unknown>[] = [
  ["getChainId", "0x1", (json) => getChainId(answering(json))],
  [
    "getBlock",
    { number: "0x9", hash: event.blockHash, timestamp: "0x9" },
    (json) => getBlock(answering(json), 9),
  ],
  ["getHead", to0x(rakOf(1)), (json) => getHead(answering(json), OPERATOR, LOG_ID, 9)],
  ["getDirectHead", to0x(rakOf(1)), (json) => getDirectHead(answering(json), OPERATOR, LOG_ID, 9)],
  [
    "getDemands",
    [demanded],
    (json) => getDemands(answering(json), OPERATOR, { logId: LOG_ID, relayer: OPERATOR }, 0, 9),
  ],
  [
    "getDemandEvents",
    [demanded],
    (json) => getDemandEvents(answering(json), OPERATOR, [to0x(rakOf(1))], 0, 9),
  ],
  ["getRawEvents", [demanded], (json) => getRawEvents(answering(json), OPERATOR, [], 0, 9)],
  ["readCredit", to0x(rakOf(1)), (json) => readCredit(answering(json), OPERATOR, OPERATOR)],
  [
    "readRelayerBond",
    to0x(new Uint8Array(96)),
    (json) => readRelayerBond(answering(json), OPERATOR, LOG_ID, OPERATOR),
  ],
  ["readBondTerms", to0x(new Uint8Array(32)), (json) => readBondTerms(answering(json), OPERATOR)],
  ["getLogEvents", [opened, event], (json) => getLogEvents(answering(json), OPERATOR, LOG_ID, 0, 9)],
];

function answering(json: unknown): Rpc {
  return async () => json;
}

/** Any UTF-16 code unit, halves of pairs included. */
const codeUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));

/** A sample with a piece cut out or exchanged, so that the fuzzing gets past the first check. */
const nearBytes = (sample: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.nat(sample.length), fc.nat(3), fc.uint8Array({ maxLength: 3 }))
    .map(
      ([at, cut, put]) => new Uint8Array([...sample.subarray(0, at), ...put, ...sample.subarray(at + cut)]),
    );
const nearText = (sample: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(sample.length), fc.nat(3), fc.string({ unit: codeUnit, maxLength: 3 }))
    .map(([at, cut, put]) => sample.slice(0, at) + put + sample.slice(at + cut));
const anyJson = fc.oneof(
  fc.jsonValue(),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  }),
);

function nearJson(sample: unknown): fc.Arbitrary<unknown> {
  if (typeof sample === "string") return fc.oneof(nearText(sample), nearHex(sample), anyJson);
  if (typeof sample === "number") return fc.oneof(fc.integer(), fc.maxSafeNat(), fc.double(), anyJson);
  if (typeof sample !== "object" || sample === null) return anyJson;
  const keys = Object.keys(sample);
  const inside = fc.constantFrom(...(keys.length > 0 ? keys : ["0"])).chain((at) => {
    const old = (sample as Record<string, unknown>)[at];
    return nearJson(old).map((value) => Object.assign(structuredClone(sample), { [at]: value }));
  });
  return fc.oneof({ arbitrary: inside, weight: 9 }, { arbitrary: anyJson, weight: 1 });
}

/** Hex of the same length with one digit changed. */
const nearHex = (sample: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(Math.max(0, sample.length - 1)),
      fc.nat(15).map((digit) => digit.toString(16)),
    )
    .map(([at, digit]) => (sample.length === 0 ? digit : sample.slice(0, at) + digit + sample.slice(at + 1)));

/** Runs a parser; anything that it throws must be a TocsinError. */
async function expectTocsinError(parse: () => unknown): Promise<void> {
  try {
    await parse();
  } catch (error) {
    if (!(error instanceof TocsinError)) throw new Error("not a TocsinError", { cause: error });
    expect(error.message).not.toBe("");
  }
}

const fuzz = async <T>(inputs: fc.Arbitrary<T>, parse: (input: T) => unknown): Promise<void> =>
  fc.assert(
    fc.asyncProperty(inputs, (input) => expectTocsinError(() => parse(input))),
    { numRuns: 400 },
  );

describe("no input makes a parser throw anything but a TocsinError", () => {
  it.each(byteParsers)("%s, with any bytes", async (_, sample, parse) => {
    parse(sample);
    await fuzz(fc.oneof(nearBytes(sample), fc.uint8Array({ maxLength: 500 })), parse);
  });

  it.each(textParsers)("%s, with any text", async (_, sample, parse) => {
    parse(sample);
    const json = fc.json({ maxDepth: 3 });
    await fuzz(fc.oneof(nearText(sample), nearHex(sample), fc.string({ unit: codeUnit }), json), parse);
  });

  it.each(jsonParsers)("%s, with any JSON", async (_, sample, parse) => {
    parse(sample);
    await fuzz(nearJson(sample), parse);
  });

  it.each(rpcReaders)("%s, with any answer of an RPC", async (_, sample, parse) => {
    await parse(sample);
    await fuzz(nearJson(sample), parse);
  });

  it("nor do documents nested deeper than any stack", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(() => parseProof(deep)).toThrow(expect.objectContaining({ code: "PROOF_INVALID" }));
    expect(parseContactRecords(deep).errors).toHaveLength(1);
    expect(parseBroadcastKeys(`{"rak":${deep}}`).errors).toHaveLength(1);
  });

  it("and no parser is missing here", () => {
    const here = import.meta.dirname;
    const exported = readdirSync(here, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("node_modules"))
      .flatMap((path) => [
        ...readFileSync(join(here, path), "utf8").matchAll(/^export (?:async )?function\*? (\w+)/gm),
      ])
      .map(([, name]) => name!)
      .filter((name) => /^(read|parse|decode|from|get)[A-Z]|From$/.test(name));
    // These take no form apart: two read integers, one calls a parser for every line, one calls the RPC's readers.
    const helpers = ["readU16LE", "readUintBE", "parseLines", "readLog"];
    const tested = [...byteParsers, ...textParsers, ...jsonParsers, ...rpcReaders].map(([name]) => name);
    expect(exported.length).toBeGreaterThan(20);
    expect(exported.filter((name) => !tested.includes(name)).sort()).toEqual(helpers.sort());
  });
});
