import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { readReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { dummyUpload, encodeUpload, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { solveWork } from "@tocsin/protocol/pow/work.ts";
import { senderOf } from "../../relayer/http/senders.ts";
import { BUCKETS } from "../../relayer/intake/tokenBucket.ts";
import { DatabaseError } from "../../relayer/ports/database.ts";
import { randomReport } from "../support/relayerBench.ts";
import { startIntakeServer, type IntakeServer } from "./support/intakeServer.ts";

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const upload = (report = randomReport()): Uint8Array => encodeUpload(report, random);
const RAW = "application/octet-stream";

let running: IntakeServer | undefined;
const start = async (...options: Parameters<typeof startIntakeServer>): Promise<IntakeServer> =>
  (running = await startIntakeServer(...options));
afterEach(async () => {
  await running?.server.close();
});

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

async function post(
  { url }: IntakeServer,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const init = { method: "POST", body: body as string, headers: { "content-type": UPLOAD_TYPE, ...headers } };
  const response = await fetch(`${url}/v1/reports`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: JSON.parse(text) as Answer["json"],
  };
}

describe("an upload", () => {
  it("gets the same receipt in each of the three forms of its report", async () => {
    const server = await start();
    const report = randomReport();
    const padded = await post(server, upload(report));
    const raw = await post(server, report, { "content-type": RAW });
    const json = await post(server, JSON.stringify({ report: toBase64(report) }), {
      "content-type": "application/json; charset=utf-8",
    });
    expect(padded).toMatchObject({ status: 202, json: { state: "received" } });
    for (const other of [raw, json]) expect([other.status, other.text]).toEqual([202, padded.text]);
    expect(server.database.size).toBe(1);
  });

  it("is answered alike, byte for byte in size and header for header, when it is a dummy, and nothing is kept", async () => {
    const server = await start();
    const namesOf = ({ headers }: Answer): string[] => [...headers.keys()];
    const fixed = ["date", "keep-alive"];
    const valuesOf = ({ headers }: Answer): [string, string][] =>
      [...headers].filter(([name]) => !fixed.includes(name));
    const real = await post(server, upload());
    const kept = server.database.size;
    for (let i = 0; i < 20; i++) {
      const dummy = await post(server, dummyUpload(random));
      expect([dummy.status, dummy.text.length, namesOf(dummy)]).toEqual([
        202,
        real.text.length,
        namesOf(real),
      ]);
      expect(valuesOf(dummy)).toEqual(valuesOf(real));
      expect(dummy.text.replace(/[0-9a-f]{64,}|\d{10}/g, "")).toBe(
        real.text.replace(/[0-9a-f]{64,}|\d{10}/g, ""),
      );
      const receipt = readReceipt(dummy.json.receipt);
      expect(await server.database.findEntry(receipt.leaf)).toBeUndefined();
    }
    expect(server.database.size).toBe(kept);
  });

  it("is answered with the headers that every answer has, whatever comes of it", async () => {
    const server = await start();
    const answers = [
      (await post(server, upload())).headers,
      (await post(server, new Uint8Array(1))).headers,
      (await fetch(`${server.url}/nothing`)).headers,
      (await fetch(`${server.url}/openapi.json`)).headers,
    ];
    for (const headers of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        "access-control-allow-origin": "*",
        "content-security-policy": "default-src 'none';frame-ancestors 'none'",
        "cross-origin-resource-policy": "cross-origin",
        "strict-transport-security": expect.stringContaining("max-age="),
        "x-content-type-options": "nosniff",
      });
    }
  });

  it("may come from a page of another origin, with its work", async () => {
    const server = await start();
    const preflight = await fetch(`${server.url}/v1/reports`, {
      method: "OPTIONS",
      headers: {
        origin: "https://dapp.example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,tocsin-work",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    const { headers } = await post(server, upload());
    expect(headers.get("access-control-expose-headers")).toBe("retry-after, tocsin-work-bits");
  });
});

describe("what is refused gets its status and code, and nothing of it is kept", () => {
  const report = randomReport();
  const flipped = report.map((byte, i) => (i === report.length - 1 ? byte ^ 1 : byte));
  const lengthOf = (length: number): Uint8Array =>
    Uint8Array.from(upload(report), (byte, i) => [length & 255, length >> 8][i] ?? byte);
  const cases: [string, Uint8Array | string, string, number, string][] = [
    ["an upload one byte short", upload(report).subarray(1), UPLOAD_TYPE, 400, "UPLOAD_INVALID"],
    ["an upload one byte long", new Uint8Array([...upload(report), 0]), UPLOAD_TYPE, 400, "UPLOAD_INVALID"],
    ["an empty upload", new Uint8Array(0), UPLOAD_TYPE, 400, "UPLOAD_INVALID"],
    ["a length below a report's", lengthOf(133), UPLOAD_TYPE, 400, "UPLOAD_INVALID"],
    ["a length above a report's", lengthOf(390), UPLOAD_TYPE, 400, "UPLOAD_INVALID"],
    ["a length that cuts the report", lengthOf(report.length - 1), UPLOAD_TYPE, 400, "REPORT_TRUNCATED"],
    [
      "a length that takes padding in",
      lengthOf(report.length + 1),
      UPLOAD_TYPE,
      400,
      "REPORT_TRAILING_BYTES",
    ],
    ["a span too long", upload(randomReport(2_000)), UPLOAD_TYPE, 400, "REPORT_SPAN_TOO_LONG"],
    ["a wrong signature", upload(flipped), UPLOAD_TYPE, 401, "REPORT_SIGNATURE_INVALID"],
    ["a raw report too large", new Uint8Array(390), RAW, 413, "REPORT_TOO_LARGE"],
    ["a body too large", new Uint8Array(4_097), UPLOAD_TYPE, 413, "BODY_TOO_LARGE"],
    ["no JSON", "{", "application/json", 400, "REQUEST_INVALID"],
    ["JSON of something else", "[]", "application/json", 400, "REQUEST_INVALID"],
    [
      "JSON that would change prototypes",
      '{"__proto__":{"report":""}}',
      "application/json",
      400,
      "REQUEST_INVALID",
    ],
    ["no base64", '{"report":"*"}', "application/json", 400, "BASE64_INVALID"],
    ["another media type", toBase64(report), "text/plain", 415, "CONTENT_TYPE_UNSUPPORTED"],
    ["a media type that only begins like ours", upload(), `${UPLOAD_TYPE}s`, 415, "CONTENT_TYPE_UNSUPPORTED"],
  ];

  it.each(cases)("%s", async (_, body, type, status, code) => {
    const server = await start();
    const answer = await post(server, body, { "content-type": type });
    expect(answer).toMatchObject({ status, json: { status, code, type: "about:blank" } });
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(server.database.groups).toEqual([]);
  });
});

describe("a database that does not keep an upload", () => {
  it.each([
    [new DatabaseError("STORAGE_FULL", "SQLITE_FULL at /secret/path"), 503, "STORAGE_FULL", "60"],
    [new DatabaseError("DATABASE_UNAVAILABLE", "connect to 10.0.0.1"), 503, "DATABASE_UNAVAILABLE", "5"],
    [new Error("unforeseen at /secret/path"), 500, "INTERNAL_ERROR", null],
  ])("is told without a receipt: %s", async (fault, status, code, retryAfter) => {
    const server = await start();
    server.database.fault = fault;
    for (const body of [upload(), dummyUpload(random)]) {
      const answer = await post(server, body);
      expect(answer).toMatchObject({ status, json: { code } });
      expect(answer.headers.get("retry-after")).toBe(retryAfter);
      expect(answer.text).not.toMatch(/receipt|signature|secret|10\.0/);
    }
    server.database.fault = undefined;
    expect((await post(server, upload())).status).toBe(202);
  });
});

it("a verifier that is away is told for reports and dummies alike, and nothing is kept", async () => {
  const server = await start();
  const body = upload();
  server.verifier.fails = true;
  for (const refused of [body, dummyUpload(random)]) {
    const answer = await post(server, refused);
    expect(answer).toMatchObject({ status: 503, json: { code: "VERIFIER_UNAVAILABLE" } });
    expect(answer.headers.get("retry-after")).toBe("5");
  }
  expect(server.database.size).toBe(0);
  server.verifier.fails = false;
  expect((await post(server, body)).status).toBe(202);
});

it("a signer that is away is told for reports and dummies alike, and the report is kept", async () => {
  const server = await start();
  const body = upload();
  server.signer.fails = true;
  for (const refused of [body, dummyUpload(random)]) {
    const answer = await post(server, refused);
    expect(answer).toMatchObject({ status: 503, json: { code: "SIGNER_UNAVAILABLE" } });
    expect(answer.headers.get("retry-after")).toBe("5");
  }
  expect(server.database.size).toBe(1);
  server.signer.fails = false;
  expect((await post(server, body)).status).toBe(202);
  expect(server.database.size).toBe(1);
});

describe("the rate limit", () => {
  it("is a sender's, counts dummies and refusals, and says when to come back", async () => {
    const server = await start({ reportsPerMinute: 3 });
    for (const body of [upload(), dummyUpload(random), new Uint8Array(1)]) {
      expect((await post(server, body)).json.code).not.toBe("RATE_LIMITED");
    }
    const refused = await post(server, upload());
    expect(refused).toMatchObject({ status: 429, json: { code: "RATE_LIMITED" } });
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(20);
    expect(server.database.size).toBe(1);
  });

  /** Addresses and networks that begin so. Two senders share a bucket by chance, which these do not. */
  function withBucketsOfTheirOwn<T extends string[]>(...beginnings: T): { [K in keyof T]: string } {
    const taken = new Set<number>();
    return beginnings.map((beginning) => {
      for (let n = 1; ; n++) {
        const address = `${beginning}${n}`;
        const bucket = senderOf(beginning.includes(":") ? `${address}::` : address, undefined) % BUCKETS;
        if (taken.has(bucket)) continue;
        taken.add(bucket);
        return address;
      }
    }) as { [K in keyof T]: string };
  }

  const sentBy = async (server: IntakeServer, forwarded: string): Promise<number> =>
    (await post(server, upload(), { "x-forwarded-for": forwarded })).status;

  it("does not believe what a sender says of itself", async () => {
    const server = await start({ reportsPerMinute: 1 });
    expect(await sentBy(server, "192.0.2.1")).toBe(202);
    expect(await sentBy(server, "192.0.2.2")).toBe(429);
  });

  it("takes the word of as many proxies as there are, and of no more", async () => {
    const server = await start({ reportsPerMinute: 1, trustedProxies: 1 });
    const [one, two, line, other] = withBucketsOfTheirOwn(
      "192.0.2.",
      "198.51.100.",
      "2001:db8:1:",
      "2001:db8:2:",
    );
    expect(await sentBy(server, one)).toBe(202);
    expect(await sentBy(server, one)).toBe(429);
    expect(await sentBy(server, two)).toBe(202);
    // The proxy appends; what stands before it is the sender's own claim.
    expect(await sentBy(server, `203.0.113.99, ${two}`)).toBe(429);
    expect(await sentBy(server, `${line}::1`)).toBe(202);
    expect(await sentBy(server, `${line}:ffff::2`)).toBe(429);
    expect(await sentBy(server, `${other}::1`)).toBe(202);
  });

  it("takes whoever has no readable address for the proxy itself", async () => {
    const server = await start({ reportsPerMinute: 1, trustedProxies: 1 });
    expect(await sentBy(server, "unknown")).toBe(202);
    expect(await sentBy(server, "hidden")).toBe(429);
  });
});

it("logs no address, not even one that a proxy names, and nothing of an upload, whatever happens", async () => {
  const server = await start({ reportsPerMinute: 3, trustedProxies: 1 });
  const body = upload();
  const headers = { "x-forwarded-for": "192.0.2.77" };
  await post(server, body, headers);
  await post(server, body.subarray(1), headers);
  server.database.fault = new Error("unforeseen");
  expect((await post(server, body, headers)).status).toBe(500);
  expect((await post(server, body, headers)).status).toBe(429);
  const log = server.logged.join("");
  expect(log).toContain("a request failed");
  expect(log.replaceAll(server.url, "")).not.toMatch(/192\.0\.2|127\.0\.0\.1|forwarded|user-agent/i);
  for (const form of ["hex", "base64"] as const) {
    expect(log).not.toContain(Buffer.from(body.subarray(2, 66)).toString(form).slice(0, 40));
  }
});

describe("proof of work", () => {
  const noPause = (): Promise<void> => Promise.resolve();

  it("is asked for, and taken for the body that it was done for", async () => {
    const server = await start({ workBits: 10, reportsPerMinute: 3 });
    const body = upload();
    for (const nonce of [undefined, "", "zz", "0".repeat(15)]) {
      const asked = await post(server, body, nonce === undefined ? {} : { "tocsin-work": nonce });
      expect(asked).toMatchObject({ status: 428, json: { code: "WORK_REQUIRED", workBits: 10 } });
      expect(asked.headers.get("tocsin-work-bits")).toBe("10");
    }
    expect(server.database.groups).toEqual([]);

    const nonce = await solveWork(body, 10, noPause);
    expect((await post(server, body, { "tocsin-work": nonce })).status).toBe(202);
    const dummy = dummyUpload(random);
    const dummyNonce = await solveWork(dummy, 10, noPause);
    expect((await post(server, dummy, { "tocsin-work": dummyNonce })).status).toBe(202);

    // One chance in 1,024 that a nonce is good for another body too.
    const others = await Promise.all(
      Array.from({ length: 4 }, () => post(server, upload(), { "tocsin-work": nonce })),
    );
    expect(others.some(({ status }) => status === 428)).toBe(true);
  });

  it("is asked for before anything else, in every form", async () => {
    const server = await start({ workBits: 10 });
    for (const [body, type] of [
      [new Uint8Array(0), UPLOAD_TYPE],
      [new Uint8Array(3), RAW],
      ["{", "application/json"],
    ] as const) {
      expect((await post(server, body, { "content-type": type })).status).toBe(428);
    }
  });
});
