import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { encodeCoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { DatabaseError, type BatchRecord, type EntryRecord, type NewEntry } from "../ports/database.ts";
import { addCoepiRoutes, COEPI_PATHS } from "./coepi.ts";
import { OldClient } from "./support/oldClient.ts";
import { testServer } from "./support/testServer.ts";

const D =
  "D7Z8XrufMgfsFH3K5COnv17IFG2ahDb4VM/UMK/5y0+/OtUVVTh7sN0DQ5+R+ocecTilR+SIIpPHzujeJdJzugEAECcAFAEAmmq5XgAAAACaarleAAAAACEBo8p1WdGeXb5O5/3kN6x7GSylgiYGIGsABl3NrxhJu9XHwsN3f6yvRwUxs2fhP4oU5E3+JWabBP6v09pGV1xRCw==";
const E =
  "rOFMgzy3y36MJns34Xj7EZu5Dti9XMhYGRpa/DVznep6q4hMtMYm9sYMg9+sRSHAj0Ff2rHTPXskuzJH0+pZMQEAAgAAFAEAnazaXgAAAAD//////////wMAMFLrKLNOvwUJQSNta9rlzTyjFdpfq25Kv34c6y+ZOoSzRewzNAWsd56Yzm8LUw9cpHB8yyzDUMJ9YTKhD8dADA==";
const F =
  "rSqWpM3ZQm7hfQ3q2x2llnFHiNhyRrUQPKEtJ33VKQcwT7Ly6e4KGaj5ZzjWt0m4c0v5n/VH5HO9UXbPXvsQTgEAQQAALFVtMVdNbHBZU1hOSlJYaDJZek5OWjJJeVdXZFpXRUozV2xoU2NHUkhWVDA9jn0pZAeME6ZBRHJOlfIikyfS0Pjg6l0txhhz6hz4exTxv8ryA3/Z26OebSRwzRfRgLdWBfohaOwOcSaynKqVCg==";
const LENGTH = 21_600;
const START = 80_000 * LENGTH;
const [PATH] = COEPI_PATHS;

/** A relayer's database and clock, as far as the old API sees them. */
class World {
  now = START + 100;
  waiting: EntryRecord[] = [];
  readonly #batches: { batch: BatchRecord; entries: EntryRecord[]; committedAt: number }[] = [];
  broken = false;

  async accept(report: Uint8Array): Promise<NewEntry> {
    if (this.broken) throw new DatabaseError("STORAGE_FULL", "the disk is full");
    await verifySignedReport(readSignedReport(report));
    const entry = reportEntry(report);
    const kept = { leaf: leafHash(entry), entry, receivedAt: this.now, deadline: this.now + 86_400 };
    this.waiting.push(kept);
    return kept;
  }

  /** @param commitTakes seconds until the batch is to be seen */
  seal(commitTakes = 0): BatchRecord {
    const seq = this.#batches.length;
    const root = crypto.getRandomValues(new Uint8Array(32));
    const batch: BatchRecord = {
      ...{ seq, firstIndex: 0, count: this.waiting.length, root, cidDigest: root, state: "sealed" },
      ...{ sealedAt: this.now, oldestReceivedAt: this.now, isDeleted: false },
    };
    this.#batches.push({ batch, entries: this.waiting, committedAt: this.now + commitTakes });
    this.waiting = [];
    return batch;
  }

  readonly database = {
    batchesSealed: async (from: number, to: number): Promise<BatchRecord[]> =>
      this.#batches
        .filter(({ batch, committedAt }) => {
          return batch.sealedAt >= from && batch.sealedAt < to && committedAt <= this.now;
        })
        .map(({ batch }) => batch),
    entriesOf: async (seq: number): Promise<EntryRecord[]> => this.#batches[seq]!.entries,
  };
}

let world: World;
let server: FastifyInstance;

beforeEach(async () => {
  world = new World();
  server = await testServer();
  await addCoepiRoutes(server, {
    database: world.database,
    clock: { now: () => world.now },
    retentionDays: 14,
    intake: { accept: (report) => world.accept(report) },
    admission: { check: (_request, _reply, done) => done() },
  });
});
afterEach(async () => {
  await server.close();
});

async function post(body: string, type = "application/json", path: string = PATH): Promise<[number, string]> {
  const { statusCode, body: text } = await server.inject({
    method: "POST",
    url: path,
    headers: { "content-type": type },
    payload: body,
  });
  return [statusCode, statusCode === 200 ? text : (JSON.parse(text) as { code: string }).code];
}

async function get(
  query: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; list: unknown }> {
  // Old clients send a content type with their GET.
  const all = { "content-type": "application/json", ...headers };
  const { statusCode, body } = await server.inject({ url: PATH + query, headers: all });
  return { status: statusCode, list: JSON.parse(body) };
}

const ofInterval = (interval: number): string => `?intervalNumber=${interval}&intervalLength=${LENGTH}`;

/** A signed report of a new key with this memo, in base64. */
function report(memo: Uint8Array = v1(), memoType = 0): string {
  const rak = crypto.getRandomValues(new Uint8Array(32));
  return toBase64(createSignedReport(rak, { j1: 1, j2: 2, memoType, memo }).bytes);
}

function v1(): Uint8Array {
  return encodeCoEpiMemo({ reportTime: BigInt(START), cough: "dry", fever: "none", symptoms: [] });
}

function changed(base64: string, at: number, byte: number): string {
  return toBase64(Uint8Array.from(Buffer.from(base64, "base64")).with(at, byte));
}

describe("an upload by an old client", () => {
  it.each(COEPI_PATHS)("is taken at %s under both media types, and answered with nothing", async (path) => {
    expect(await post(D, "application/json", path)).toEqual([200, ""]);
    expect(await post(E, "text/plain", path)).toEqual([200, ""]);
    expect(await post(F, "application/json; charset=utf-8", path)).toEqual([200, ""]);
    expect(world.waiting.map(({ entry }) => toBase64(entry!.subarray(1)))).toEqual([D, E, F]);
  });

  it("is refused with the statuses of the old servers, and for reasons that they did not have", async () => {
    const bytes = Buffer.from(D, "base64");
    expect(await post(JSON.stringify(D))).toEqual([400, "BASE64_INVALID"]);
    expect(await post(`{"report":"${D}"}`)).toEqual([400, "BASE64_INVALID"]);
    expect(await post(D.replaceAll("=", ""))).toEqual([400, "BASE64_INVALID"]);
    expect(await post(D.replaceAll("/", "_"))).toEqual([400, "BASE64_INVALID"]);
    expect(await post(`${D}\n`)).toEqual([400, "BASE64_INVALID"]);
    expect((await post(""))[0]).toBe(400);
    expect(await post(toBase64(bytes.subarray(0, 100)))).toEqual([400, "REPORT_TRUNCATED"]);
    expect(await post(toBase64(Buffer.concat([bytes, bytes])))).toEqual([400, "REPORT_TRAILING_BYTES"]);
    expect(await post(changed(D, 68, 4))).toEqual([400, "REPORT_MEMO_TYPE_UNKNOWN"]);
    expect(await post(changed(D, 64, 0))).toEqual([400, "REPORT_INDEX_INVALID"]);
    expect(await post(changed(D, bytes.length - 1, 0))).toEqual([401, "REPORT_SIGNATURE_INVALID"]);
    expect(await post("A".repeat(5_000))).toEqual([413, "BODY_TOO_LARGE"]);
    world.broken = true;
    expect((await post(E))[0]).toBe(503);
    expect(world.waiting).toEqual([]);
  });

  it("may carry the long memos that the old servers refused", async () => {
    for (const length of [127, 128, 200, 255])
      expect(await post(report(new Uint8Array(length), 2))).toEqual([200, ""]);
    expect(world.waiting).toHaveLength(4);
  });
});

describe("the listing's parameters", () => {
  it.each([
    ["", 200],
    [`?intervalLength=${LENGTH}`, 200],
    [ofInterval(80_000), 200],
    [ofInterval(72_804), 200],
    [ofInterval(72_803), 400],
    [ofInterval(999_999_999_999_999), 200],
    ["?intervalNumber=80000", 400],
    ["?intervalNumber=0&intervalLength=21600", 400],
    ["?intervalNumber=-1&intervalLength=21600", 400],
    ["?intervalNumber=now&intervalLength=21600", 400],
    ["?intervalNumber=8e4&intervalLength=21600", 400],
    ["?intervalNumber=&intervalLength=21600", 400],
    ["?intervalNumber=80000&intervalNumber=80001&intervalLength=21600", 400],
    ["?intervalNumber=80000&intervalLength=3600", 401],
    ["?intervalNumber=80000&intervalLength=0", 400],
    ["?intervalNumber=80000&intervalLength=six", 400],
  ])("%s is answered with %i", async (query, status) => {
    await post(D);
    world.seal();
    world.now += 10;
    const answer = await get(query);
    expect(answer.status).toBe(status);
    if (status === 200)
      expect(answer.list).toEqual(query.includes("Number") && !query.includes("80000") ? [] : [D]);
    else expect(answer.list).toMatchObject({ status, code: "REQUEST_INVALID" });
  });
});

describe("the listing", () => {
  it("has D and E, and not F, whose memo would crash an old client", async () => {
    for (const vector of [D, E, F]) await post(vector);
    expect((await get("")).list).toEqual([]);
    world.seal();
    world.now += 9;
    expect((await get("")).list).toEqual([]);
    world.now += 1;
    expect(new Set((await get("")).list as string[])).toEqual(new Set([D, E]));
  });

  it("holds back whatever an old client cannot read as v1", async () => {
    const unsafe = [
      report(v1().with(18, 4)),
      report(v1().with(18, 3 << 4)),
      report(v1().with(0, 2)),
      report(v1().with(19, 0x80)),
      report(v1().subarray(0, 19)),
      report(new Uint8Array([...v1(), 0])),
      report(new Uint8Array(200)),
      // Such a client does not look at the type.
      report(new Uint8Array(19), 1),
      report(new Uint8Array(30).fill(0xff), 2),
    ];
    const safe = [report(), report(v1().with(18, 0x23)), report(new Uint8Array(30), 1)];
    for (const entry of [...unsafe, ...safe]) expect(await post(entry)).toEqual([200, ""]);
    world.seal();
    world.now += 10;
    expect(new Set((await get("")).list as string[])).toEqual(new Set(safe));
  });

  it("betrays no order of arrival", async () => {
    const reports = Array.from({ length: 20 }, () => report());
    for (const entry of reports) await post(entry);
    world.seal();
    world.now += 10;
    const byLeaf = reports.toSorted((a, b) =>
      Buffer.compare(
        leafHash(reportEntry(Buffer.from(a, "base64"))),
        leafHash(reportEntry(Buffer.from(b, "base64"))),
      ),
    );
    expect((await get("")).list).toEqual(byLeaf);
  });

  it("puts a batch into the interval of its release, at the boundary too", async () => {
    const boundary = START + LENGTH;
    const sealedAt = [boundary - 11, boundary - 10, boundary - 9, boundary];
    const reports = sealedAt.map(() => report());
    for (const [i, time] of sealedAt.entries()) {
      world.now = time;
      await post(reports[i]!);
      world.seal();
    }
    world.now = boundary + 100;
    expect((await get(ofInterval(80_000))).list).toEqual([reports[0]]);
    expect((await get(ofInterval(80_001))).list).toEqual(reports.slice(1));
  });

  it("leaves out what the retention period deleted", async () => {
    await post(D);
    const deleted = world.seal();
    await post(E);
    world.seal();
    world.now += 10;
    deleted.isDeleted = true;
    expect((await get("")).list).toEqual([E]);
  });

  it("can be cached once its interval has ended, and is answered with 304 to who has it", async () => {
    await post(D);
    world.seal();
    world.now += 10;
    const running = await server.inject({ url: PATH });
    expect(running.headers["cache-control"]).toBe("no-cache");
    expect(running.headers["content-type"]).toBe("application/json; charset=utf-8");
    world.now = START + LENGTH;
    const ended = await server.inject({ url: PATH + ofInterval(80_000) });
    expect(ended.headers).toMatchObject({
      "cache-control": "public, max-age=86400",
      etag: running.headers.etag,
    });
    const headers = { "if-none-match": String(ended.headers.etag) };
    const again = await server.inject({ url: PATH + ofInterval(80_000), headers });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    world.now = START + 14 * 86_400 - 60;
    const old = await server.inject({ url: PATH + ofInterval(80_000) });
    expect(old.headers["cache-control"]).toBe("public, max-age=50");
  });

  it("comes in pieces where there is much of it, and is valid JSON", async () => {
    const reports = new Set<string>();
    for (let i = 0; i < 60; i++) {
      const entry = report();
      reports.add(entry);
      await post(entry);
      if (i % 7 === 0) world.seal();
    }
    world.seal();
    world.seal();
    world.now += 10;
    const answer = await server.inject({ url: PATH });
    expect(answer.headers["content-length"]).toBeUndefined();
    expect(new Set(JSON.parse(answer.body) as string[])).toEqual(reports);
  });
});

describe("an old client", () => {
  it("gets every safe report of a day exactly once, whenever it polls", async () => {
    const day = 4 * LENGTH;
    const end = START + day + 2 * LENGTH;
    const pick = (below: number): number => Math.floor(Math.random() * below);
    const ask = async (path: string): Promise<{ status: number; body: string }> => {
      const { statusCode: status, body } = await server.inject({ url: path });
      return { status, body };
    };
    const boundaries = [1, 2, 3, 4].map((n) => START + n * LENGTH);
    const clients = COEPI_PATHS.map((path, i) => {
      const [client, phase] = [new OldClient(ask, path), pick(900)];
      const polls = Array.from({ length: Math.ceil((end - START) / 900) }, (_, n) => START + n * 900 + phase);
      // One client polls right at the end of each interval as well: what it reads then it reads for the last time.
      return { client, polls: i === 0 ? [...polls, ...boundaries] : polls };
    });
    const safe: string[] = [];
    const events: { time: number; run: () => Promise<unknown> }[] = [
      ...clients.flatMap(({ client, polls }) =>
        [START, ...polls, end].map((time) => ({ time, run: () => client.poll(time) })),
      ),
      ...Array.from({ length: 300 }, (_, n) => ({
        time: START + 1 + pick(day),
        run: () => {
          const entry = n % 10 === 0 ? report(new Uint8Array(5)) : report();
          if (n % 10 !== 0) safe.push(entry);
          return post(entry);
        },
      })),
      ...[
        ...Array.from({ length: 150 }, () => START + 1 + pick(day)),
        ...boundaries.flatMap((time) => [time - 11, time - 10, time - 9, time - 1, time]),
        START + day + 1,
      ].map((time) => ({ time, run: async () => world.seal(pick(9)) })),
    ];
    for (const { time, run } of events.toSorted((a, b) => a.time - b.time)) {
      world.now = time;
      await run();
    }
    expect(safe).toHaveLength(270);
    for (const { client } of clients) {
      expect([...client.counts().keys()].toSorted()).toEqual(safe.toSorted());
      expect(new Set(client.counts().values())).toEqual(new Set([1]));
      expect(client.intervals.size).toBeGreaterThan(3);
    }
  });
});
