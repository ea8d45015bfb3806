import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CID } from "multiformats/cid";
import { base58btc } from "multiformats/bases/base58";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { startServer, type TestServer } from "../../test/support/server.ts";
import { randomBatch } from "../../test/support/randomBatch.ts";
import { KuboBlocks } from "./kuboBlocks.ts";

type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

const { cidDigest, file } = randomBatch();
const cid = cidOf(cidDigest);
const kuboError = (message: string): string => JSON.stringify({ Message: message, Code: 0, Type: "error" });

let server: TestServer;
let calls: {
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage["headers"];
  body: Buffer;
}[];
let handle: Handler;
let kubo: KuboBlocks;

beforeAll(async () => {
  server = await startServer((request, body, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? "", "http://kubo");
    calls.push({ path, query: Object.fromEntries(searchParams), headers: request.headers, body });
    handle(request, body, response);
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  calls = [];
  kubo = new KuboBlocks(`${server.url}/`, 60_000);
});

/** Answers the commands by name, such as "pin/rm". */
const answering =
  (answers: Record<string, [status: number, body: string | Uint8Array]>): Handler =>
  ({ method, url }, _, response) => {
    const command = /^\/api\/v0\/(\w+\/\w+)\?/.exec(url ?? "")?.[1] ?? "";
    // Kubo answers 405 to a GET.
    const [status, body] = method === "POST" ? (answers[command] ?? [404, "404 page not found"]) : [405, ""];
    response.writeHead(status).end(body);
  };
const failsWith = async (action: Promise<unknown>, message: RegExp, code = "STORE_FAILED"): Promise<void> => {
  await expect(action).rejects.toMatchObject({
    name: "BlockStoreError",
    code,
    message: expect.stringMatching(message),
  });
};

describe("Kubo's RPC", () => {
  it("is given the block as a file, to be pinned under its own CID", async () => {
    handle = answering({ "block/put": [200, JSON.stringify({ Key: cid, Size: file.length })] });
    await kubo.put(cidDigest, file);
    expect(calls).toMatchObject([
      { path: "/api/v0/block/put", query: { "cid-codec": "raw", mhtype: "sha2-256", pin: "true" } },
    ]);
    const { headers, body } = calls[0]!;
    const type = headers["content-type"] ?? "";
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    expect(new Uint8Array(await (form.get("data") as File).arrayBuffer())).toEqual(file);
    expect(headers.authorization).toBeUndefined();
  });

  it("may write the CID in another base", async () => {
    handle = answering({ "block/put": [200, JSON.stringify({ Key: CID.parse(cid).toString(base58btc) })] });
    await expect(kubo.put(cidDigest, file)).resolves.toBeUndefined();
  });

  it("is asked for what it holds itself, not for what it finds in the network", async () => {
    handle = answering({ "block/get": [200, file] });
    expect(new Uint8Array((await kubo.get(cidDigest))!)).toEqual(file);
    expect(calls[0]!.query).toEqual({ arg: cid, offline: "true" });
  });

  it.each([
    "block was not found locally (offline): ipld: could not find bafk",
    "blockservice: key not found",
    "ipld: could not find bafk",
  ])("has no block when it says %j", async (message) => {
    handle = answering({ "block/get": [500, kuboError(message)] });
    expect(await kubo.get(cidDigest)).toBeUndefined();
  });

  it("is told to unpin the block first, then to remove it", async () => {
    handle = answering({
      "pin/rm": [200, JSON.stringify({ Pins: [cid] })],
      "block/rm": [200, JSON.stringify({ Hash: cid, Error: "" })],
    });
    await kubo.delete(cidDigest);
    expect(calls.map(({ path, query }) => [path, query])).toEqual([
      ["/api/v0/pin/rm", { arg: cid }],
      ["/api/v0/block/rm", { arg: cid, force: "true" }],
    ]);
  });

  it("may know nothing of a block that it is to delete", async () => {
    handle = answering({
      "pin/rm": [500, kuboError("not pinned or pinned indirectly")],
      "block/rm": [200, ""],
    });
    await expect(kubo.delete(cidDigest)).resolves.toBeUndefined();
  });

  it("is sent the user and password of its URL, which stay out of the URL", async () => {
    handle = answering({ "block/get": [200, file] });
    const url = server.url.replace("http://", "http://operator:p%40ss@");
    await new KuboBlocks(url).get(cidDigest);
    const expected = `Basic ${Buffer.from("operator:p@ss").toString("base64")}`;
    expect(calls[0]!.headers.authorization).toBe(expected);
  });
});

describe("a Kubo that misbehaves", () => {
  it("answers the CID of something else", async () => {
    handle = answering({ "block/put": [200, JSON.stringify({ Key: cidOf(randomBatch().cidDigest) })] });
    await failsWith(kubo.put(cidDigest, file), /^block\/put answers another CID/);
  });

  it.each(["<html>", "", "null", "[]", '{"Key":1}', `{"Key":"${cid.slice(0, -1)}"}`])(
    "answers %j",
    async (body) => {
      handle = answering({ "block/put": [200, body] });
      await failsWith(kubo.put(cidDigest, file), /^block\/put answers another CID/);
    },
  );

  it("has a full disk", async () => {
    handle = answering({ "block/put": [500, kuboError("write blocks/x: no space left on device")] });
    await failsWith(kubo.put(cidDigest, file), /no space left on device$/, "STORAGE_FULL");
  });

  it("does not remove the block", async () => {
    const [pinRm, blockRm]: [number, string][] = [
      [200, "{}"],
      [200, JSON.stringify({ Hash: cid, Error: "pinned: recursive" })],
    ];
    handle = answering({ "pin/rm": pinRm!, "block/rm": blockRm! });
    await failsWith(kubo.delete(cidDigest), /^block\/rm fails: pinned: recursive$/);
    handle = answering({ "pin/rm": [500, kuboError("lock is held")], "block/rm": [200, ""] });
    await failsWith(kubo.delete(cidDigest), /^pin\/rm answers 500: lock is held$/);
  });

  it("is something else", async () => {
    handle = answering({});
    await failsWith(kubo.put(cidDigest, file), /^block\/put answers 404$/);
    await failsWith(kubo.get(cidDigest), /^block\/get answers 404$/);
    await failsWith(kubo.delete(cidDigest), /^pin\/rm answers 404$/);
  });

  it("never ends its answer", async () => {
    handle = (_request, _body, response) => {
      const more = (failed?: Error | null): void => {
        if (!failed) response.write("x".repeat(65_536), (error) => setImmediate(more, error));
      };
      more();
    };
    await failsWith(kubo.put(cidDigest, file), /^block\/put: it answers more than 65536 bytes$/);
    await failsWith(kubo.get(cidDigest), /^block\/get: it answers more than 1048576 bytes$/);
  });

  it("never answers", async () => {
    handle = () => undefined;
    const impatient = new KuboBlocks(server.url, 50);
    await failsWith(impatient.put(cidDigest, file), /^block\/put: no answer within 0.05 s$/);
    await failsWith(impatient.delete(cidDigest), /^pin\/rm: no answer within 0.05 s$/);
  });

  it("is away: the error names no URL", async () => {
    const away = await startServer(() => undefined);
    await away.stop();
    const error: unknown = await new KuboBlocks(`${away.url}/secret-path`)
      .get(cidDigest)
      .catch((e: unknown) => e);
    expect(String(error)).toMatch(/ECONNREFUSED/);
    expect(String(error)).not.toContain("secret");
  });
});
