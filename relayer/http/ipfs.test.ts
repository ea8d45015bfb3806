import { CarReader } from "@ipld/car/reader";
import type { FastifyInstance } from "fastify";
import { CID } from "multiformats/cid";
import { base58btc } from "multiformats/bases/base58";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { randomBatch } from "../../test/support/randomBatch.ts";
import { gatewayServer } from "./support/gatewayServer.ts";

const RAW = "application/vnd.ipld.raw";
const CAR = "application/vnd.ipld.car";
const DIRECTORY = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

const { cidDigest, file } = randomBatch();
const cid = cidOf(cidDigest);
const absent = cidOf(randomBatch().cidDigest);

let server: FastifyInstance;
let blocks: Map<string, Uint8Array>;
let logged: string[];

beforeEach(() => {
  blocks = new Map([[toHex(cidDigest), file]]);
  logged = [];
  server = gatewayServer(
    { get: async (digest) => blocks.get(toHex(digest)) },
    (line) => void logged.push(line),
  );
});
afterEach(() => server.close());

type Headers = Record<string, string>;
const ask = (path: string, headers: Headers = {}, method: "GET" | "HEAD" = "GET") =>
  server.inject({ method, url: `/ipfs/${path}`, headers });

describe("a block that is here", () => {
  it.each([
    ["by the URL", "?format=raw", {}],
    ["by the header", "", { accept: RAW }],
    ["whatever the client takes", "", { accept: "*/*" }],
    ["against the header, by the URL", "?format=raw", { accept: CAR }],
    ["in a list with other forms", "", { accept: `text/html;q=0.9, ${RAW}, ${CAR};q=0.5` }],
    ["with a slash at the end", "/?format=raw", {}],
  ])("is served raw %s", async (_, query, headers) => {
    const answer = await ask(cid + query, headers);
    expect(answer.statusCode).toBe(200);
    expect(new Uint8Array(answer.rawPayload)).toEqual(file);
    expect(answer.headers).toMatchObject({
      "content-type": RAW,
      "content-length": String(file.length),
      "cache-control": "public, max-age=29030400, immutable",
      etag: `"${cid}.raw"`,
      "content-disposition": `attachment; filename="${cid}.bin"`,
      "x-content-type-options": "nosniff",
      "accept-ranges": "none",
    });
  });

  it.each([
    ["by the URL", "?format=car", {}, "n"],
    ["by the header", "", { accept: CAR }, "n"],
    ["by the header with its variants", "", { accept: `${CAR}; version=1; order=dfs; dups=y` }, "y"],
    ["against the header, by the URL", "?format=car", { accept: RAW }, "n"],
    ["with variants in the URL", "?format=car&car-version=1&car-order=unk&car-dups=y", {}, "y"],
    ["with the URL's variants before the header's", "?car-dups=n", { accept: `${CAR};dups=y` }, "n"],
    ["in the variant that there is", "", { accept: `${CAR};order=foo, ${CAR};order=dfs;dups=y;q=0.5` }, "y"],
    ["in part, which is whole", "?format=car&entity-bytes=0:9", {}, "n"],
  ])("is served in a CAR %s", async (_, query, headers, dups) => {
    const answer = await ask(cid + query, headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": `${CAR}; version=1; order=dfs; dups=${dups}`,
      "cache-control": "public, max-age=29030400, immutable",
      "content-disposition": `attachment; filename="${cid}.car"`,
      "x-content-type-options": "nosniff",
    });
    const reader = await CarReader.fromBytes(answer.rawPayload);
    expect((await reader.getRoots()).map(String)).toEqual([cid]);
    const found = [];
    for await (const block of reader.blocks())
      found.push([block.cid.toString(), new Uint8Array(block.bytes)]);
    expect(found).toEqual([[cid, file]]);
  });

  it("has another Etag for whatever may be other bytes", async () => {
    const queries = ["raw", "car", "car&dag-scope=block", "car&dag-scope=entity", "car&entity-bytes=0:*"];
    const etags = await Promise.all(
      queries.map(async (query) => (await ask(`${cid}?format=${query}`)).headers.etag),
    );
    expect(etags).toEqual(
      ["", "", "block.", "entity.", "entity.0:*."].map(
        (prefix, i) => `"${prefix}${cid}.${i ? "car" : "raw"}"`,
      ),
    );
  });

  it("says where the form is that the header chose", async () => {
    expect((await ask(cid, { accept: RAW })).headers).toMatchObject({
      "content-location": `/ipfs/${cid}?format=raw`,
      vary: "accept",
    });
    const scoped = await ask(`${cid}?dag-scope=block`, { accept: CAR });
    expect(scoped.headers["content-location"]).toBe(`/ipfs/${cid}?dag-scope=block&format=car`);
    expect((await ask(`${cid}?format=raw`, { accept: RAW })).headers).not.toHaveProperty("content-location");
  });

  it("is not sent again to a client that has it", async () => {
    for (const tag of [`"${cid}.raw"`, `W/"${cid}.raw"`, `"x", "${cid}.raw"`, "*"]) {
      const answer = await ask(`${cid}?format=raw`, { "if-none-match": tag });
      expect([answer.statusCode, answer.body], tag).toEqual([304, ""]);
      expect(answer.headers.etag).toBe(`"${cid}.raw"`);
    }
    for (const tag of [`"${cid}.car"`, `"${cid}"`, cid]) {
      expect((await ask(`${cid}?format=raw`, { "if-none-match": tag })).statusCode, tag).toBe(200);
    }
  });

  it("is only described to HEAD", async () => {
    for (const format of ["raw", "car"]) {
      const whole = await ask(`${cid}?format=${format}`);
      const head = await ask(`${cid}?format=${format}`, {}, "HEAD");
      expect([head.statusCode, head.body]).toEqual([200, ""]);
      for (const name of ["content-type", "content-length", "etag", "cache-control"]) {
        expect(head.headers[name], name).toBe(whole.headers[name]);
      }
    }
  });

  it("is found by its CID in another base, and cached as one", async () => {
    const answer = await ask(`${CID.parse(cid).toString(base58btc)}?format=raw`);
    expect(answer.headers.etag).toBe(`"${cid}.raw"`);
    expect(new Uint8Array(answer.rawPayload)).toEqual(file);
  });
});

describe("the empty block by which clients probe", () => {
  it("is there, raw and in a CAR", async () => {
    for (const method of ["GET", "HEAD"] as const) {
      const raw = await ask("bafkqaaa?format=raw", {}, method);
      expect([raw.statusCode, raw.rawPayload.length, raw.headers["content-type"]]).toEqual([200, 0, RAW]);
    }
    const car = await ask("bafkqaaa", { accept: CAR });
    const reader = await CarReader.fromBytes(car.rawPayload);
    expect((await reader.getRoots()).map(String)).toEqual(["bafkqaaa"]);
    expect(await reader.has(CID.parse("bafkqaaa"))).toBe(false);
  });
});

describe("a request that gets no block", () => {
  const raw = "?format=raw";
  it.each([
    ["a block that is not here", absent + raw, {}, 404, "NOT_FOUND"],
    ["the same in a CAR", `${absent}?format=car`, {}, 404, "NOT_FOUND"],
    ["a CID of another codec", DIRECTORY + raw, {}, 404, "NOT_FOUND"],
    ["a CID of version 0", `QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG${raw}`, {}, 404, "NOT_FOUND"],
    ["one that must be here at once", absent + raw, { "cache-control": "only-if-cached" }, 412, "NOT_CACHED"],
    ["no CID", `nonsense${raw}`, {}, 400, "CID_INVALID"],
    ["a path on this machine", `..%2f..%2fetc${raw}`, {}, 400, "CID_INVALID"],
    ["a CID as long as may be", `b${"a".repeat(90)}${raw}`, {}, 400, "CID_INVALID"],
    ["no form at all", cid, {}, 400, "REQUEST_INVALID"],
    ["a form that needs deserialising", `${cid}?format=tar`, {}, 400, "REQUEST_INVALID"],
    ["a name's record", `${cid}?format=ipns-record`, {}, 400, "REQUEST_INVALID"],
    ["two forms", `${cid}?format=raw&format=car`, {}, 400, "REQUEST_INVALID"],
    ["an unknown CAR version", `${cid}?format=car&car-version=2`, {}, 400, "REQUEST_INVALID"],
    ["an unknown order", `${cid}?format=car&car-order=bfs`, {}, 400, "REQUEST_INVALID"],
    ["an unknown scope", `${cid}?format=car&dag-scope=some`, {}, 400, "REQUEST_INVALID"],
    ["an unreadable range", `${cid}?format=car&entity-bytes=a:b`, {}, 400, "REQUEST_INVALID"],
    ["a range after the end", `${cid}?format=car&entity-bytes=${file.length}:*`, {}, 400, "REQUEST_INVALID"],
    ["a page", cid, { accept: "text/html,application/xhtml+xml" }, 406, "NOT_ACCEPTABLE"],
    ["a CAR of another version alone", cid, { accept: `${CAR};version=2` }, 406, "NOT_ACCEPTABLE"],
    ["everything but blocks", cid, { accept: `${RAW};q=0` }, 406, "NOT_ACCEPTABLE"],
    ["a path below a block", `${cid}/a/b${raw}`, {}, 400, "REQUEST_INVALID"],
    ["a path below a block in a CAR", `${cid}/a?format=car`, {}, 404, "NOT_FOUND"],
    ["a service worker", cid + raw, { "service-worker": "script" }, 400, "REQUEST_INVALID"],
  ])("%s", async (_, path, headers, status, code) => {
    const answer = await ask(path, headers);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.headers["cache-control"] ?? "").not.toContain("immutable");
    expect(answer.headers).not.toHaveProperty("etag");
    const head = await ask(path, headers, "HEAD");
    expect([head.statusCode, head.body]).toEqual([status, ""]);
    expect(logged).toEqual([]);
  });

  it("may ask again soon for one that is not here", async () => {
    expect((await ask(absent + raw)).headers["cache-control"]).toBe("public, max-age=10");
  });

  it("is told that a block is damaged, and so is the operator", async () => {
    const damaged = new Uint8Array(file);
    damaged[9]! ^= 1;
    blocks.set(toHex(cidDigest), damaged);
    for (const format of ["raw", "car"]) {
      const answer = await ask(`${cid}?format=${format}`, { "if-none-match": "*" });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([500, "INTERNAL_ERROR"]);
      expect(answer.headers).not.toHaveProperty("cache-control");
    }
    expect(logged.join("")).toContain(cid);
    expect(logged.join("")).toContain("damaged");
  });
});
