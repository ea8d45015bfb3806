import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decodeUpload } from "@tocsin/protocol/upload/upload.ts";
import { postDummy, postReport } from "./relayer.ts";

const RELAYER = "https://relayer.example.org/";
const tooMany = (): Response =>
  Response.json(
    { code: "RATE_LIMITED", detail: "too many" },
    { status: 429, headers: { "retry-after": "7" } },
  );
const accepted = (): Response => Response.json({}, { status: 202 });

let answers: (() => Response)[];
let requests: { url: string; body: Uint8Array }[];

beforeEach(() => {
  [answers, requests] = [[], []];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (url: string, { body }: { body: Uint8Array }) => {
    requests.push({ url, body });
    return Promise.resolve(answers.shift()!());
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("waits as long as the relayer says that it must, and sends the same upload again", async () => {
  answers = [tooMany, accepted];
  const sending = postDummy(RELAYER);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(100);
  await sending;
  expect(requests.map(({ url }) => url)).toEqual(Array(2).fill("https://relayer.example.org/v1/reports"));
  expect(requests[1]!.body).toEqual(requests[0]!.body);
  expect(decodeUpload(requests[0]!.body)).toBeUndefined();
});

test("gives up after five tries", async () => {
  answers = Array(6).fill(tooMany) as typeof answers;
  const sending = expect(postDummy(RELAYER)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  await vi.advanceTimersByTimeAsync(60_000);
  await sending;
  expect(requests).toHaveLength(5);
});

test("a report and a dummy have one size", async () => {
  answers = [accepted, accepted];
  await postDummy(RELAYER);
  await expect(postReport(RELAYER, new Uint8Array(154))).rejects.toMatchObject({ code: "RECEIPT_INVALID" });
  expect(requests[1]!.body).toHaveLength(requests[0]!.body.length);
  expect(decodeUpload(requests[1]!.body)).toHaveLength(154);
});
