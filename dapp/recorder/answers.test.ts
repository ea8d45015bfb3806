import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import {
  PAGE_LENGTH,
  readBroadcasts,
  readContactPage,
  readKeyAnswer,
  readKeyRequest,
  readPairing,
  readStatus,
} from "./answers.ts";
import { BridgeError } from "./bridgeError.ts";

const token = "a".repeat(43);
const contact = { tcn: "0a".repeat(16), firstSeen: 10, lastSeen: 20, minDistance: 0.5, samples: 2 };
const times = { startedAt: 900, rotation: 900, firstIndex: 1, lastIndex: 24 };
const key = { rak: "07".repeat(32), ...times };
const page = { contacts: [contact], revision: 4, more: false };
const invalid = expect.objectContaining({ name: "BridgeError", code: "ANSWER_INVALID" });

const readers: [string, (value: unknown) => unknown, object][] = [
  ["a pairing", readPairing, { token, name: "workshop" }],
  ["a status", readStatus, { state: "recording", heardRecently: 2, contacts: { count: 9 } }],
  ["a page of contacts", (value) => readContactPage(value, 3), page],
  ["broadcasts", readBroadcasts, { broadcasts: [times] }],
  ["a request for keys", readKeyRequest, { id: "2f0c-1", expiresAt: 9 }],
  ["keys", readKeyAnswer, { state: "granted", keys: [key] }],
];

describe.each(readers)("%s", (_name, read, good) => {
  test("is read", () => {
    expect(() => read(good)).not.toThrow();
  });

  test("is refused without any of its fields", () => {
    for (const field of Object.keys(good).filter((each) => !["name", "more"].includes(each))) {
      expect(() => read({ ...good, [field]: undefined }), field).toThrow(invalid);
      expect(() => read({ ...good, [field]: { odd: 1 } }), field).toThrow(invalid);
    }
  });

  test("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.json().map((text) => JSON.parse(text) as unknown),
        ),
        (value) => {
          try {
            read(value);
          } catch (error) {
            expect(error).toBeInstanceOf(BridgeError);
          }
        },
      ),
    );
  });
});

test("records are read by the rules of files, and one that is broken breaks its page", () => {
  const [read] = readContactPage(page, 3).contacts;
  expect(formatContactRecord(read!)).toBe(JSON.stringify(contact));
  for (const broken of [
    { ...contact, tcn: "0a" },
    { ...contact, lastSeen: 9 },
    { ...contact, samples: 0 },
    { ...contact, minDistance: -1 },
    { ...contact, firstSeen: 1.5 },
    [],
    null,
  ])
    expect(
      () => readContactPage({ ...page, contacts: [contact, broken] }, 3),
      JSON.stringify(broken),
    ).toThrow(invalid);
});

test("no page is longer than was asked for, or leads nowhere or back", () => {
  const many = { ...page, contacts: Array(PAGE_LENGTH + 1).fill(contact) };
  expect(() => readContactPage(many, 3)).toThrow(invalid);
  expect(() => readContactPage({ ...page, more: true }, 4)).toThrow(invalid);
  expect(() => readContactPage(page, 5)).toThrow(invalid);
  expect(readContactPage({ ...page, more: true }, 3).more).toBe(true);
  expect(readContactPage(page, 4).revision).toBe(4);
});

test("indices and times of broadcasts have the bounds of keys", () => {
  for (const odd of [
    { rotation: 0 },
    { firstIndex: 0 },
    { lastIndex: 0 },
    { lastIndex: 70_000 },
    { startedAt: -1 },
  ])
    expect(() => readBroadcasts({ broadcasts: [{ ...times, ...odd }] }), JSON.stringify(odd)).toThrow(
      invalid,
    );
  expect(() => readBroadcasts({ broadcasts: Array(5_001).fill(times) })).toThrow(invalid);
});

test("a granted request has keys by the rules of files; no id leads to another path", () => {
  expect(readKeyAnswer({ state: "pending" })).toEqual({ state: "pending" });
  expect(() => readKeyAnswer({ state: "granted", keys: [{ ...key, rak: "07" }] })).toThrow(invalid);
  expect(() => readKeyRequest({ id: "../pairings/current", expiresAt: 9 })).toThrow(invalid);
});

test("why it waits is cut to a length that can be shown", () => {
  const problem = { code: "ADAPTER_OFF", message: "x".repeat(10_000) };
  const status = readStatus({ state: "waiting", problem, heardRecently: 0, contacts: { count: 0 } });
  expect(status.isRecording).toBe(false);
  expect(status.problem?.message).toHaveLength(300);
});
