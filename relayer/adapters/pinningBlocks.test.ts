import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { startGateway, type Gateway } from "../../test/support/gateway.ts";
import { startPinningService, type PinningService } from "../../test/support/pinningService.ts";
import { randomBatch } from "../../test/support/randomBatch.ts";
import { PinningBlocks, type PinningOptions } from "./pinningBlocks.ts";

const { cidDigest, file } = randomBatch();
const cid = cidOf(cidDigest);

let service: PinningService;
let origin: Gateway;
beforeEach(async () => {
  service = await startPinningService();
  origin = await startGateway();
  origin.serve(cidDigest, file);
});
afterEach(async () => {
  await service.stop();
  await origin.stop();
});

function client(options: Partial<PinningOptions> = {}): PinningBlocks {
  const { url, token } = service;
  const quick = { pauseMs: 1, patienceMs: 60_000, timeoutMs: 60_000 };
  return new PinningBlocks({
    service: url,
    gateway: `${url}/`,
    token,
    publicUrl: origin.url,
    ...quick,
    ...options,
  });
}

const posts = (): number => service.calls.filter((call) => call === "POST /pins").length;
const failsWith = async (action: Promise<unknown>, message: RegExp): Promise<void> => {
  await expect(action).rejects.toMatchObject({
    name: "BlockStoreError",
    code: "STORE_FAILED",
    message: expect.stringMatching(message),
  });
};

describe("a pinning service", () => {
  it("fetches the block from the relayer's gateway, pins it, serves it and gives it up", async () => {
    const blocks = client();
    expect(await blocks.get(cidDigest)).toBeUndefined();
    await blocks.put(cidDigest);
    expect(service.pins).toMatchObject([{ cid, status: "pinned" }]);
    expect(service.pins[0]!.origins).toEqual([
      origin.url.replace("http://", "/ip4/").replace(":", "/tcp/") + "/http",
    ]);
    expect(new Uint8Array((await blocks.get(cidDigest))!)).toEqual(file);
    await blocks.delete(cidDigest);
    await blocks.delete(cidDigest);
    expect(service.pins).toEqual([]);
    expect(await blocks.get(cidDigest)).toBeUndefined();
  });

  it("is asked for nothing twice, however often a put is repeated", async () => {
    service.queueLength = 1_000_000;
    const impatient = client({ patienceMs: 0 });
    for (let i = 0; i < 3; i++) await failsWith(impatient.put(cidDigest), /not pinned yet: it is queued/);
    expect(posts()).toBe(1);
    service.queueLength = 1;
    await client().put(cidDigest);
    await client().put(cidDigest);
    expect(posts()).toBe(1);
  });

  it("is asked for nothing twice when its answer to the first request was lost", async () => {
    service.intercept = (request, response) => {
      if (request.method !== "POST") return false;
      service.pins.push({ requestid: "lost", status: "queued", cid, origins: [origin.url] });
      response.destroy();
      return true;
    };
    await failsWith(client().put(cidDigest), /^the service: /);
    service.network = [origin.url];
    service.pins[0]!.origins = [];
    await client().put(cidDigest);
    expect(service.pins).toMatchObject([{ requestid: "lost", status: "pinned" }]);
    expect(posts()).toBe(1);
  });

  it("that cannot find the block is told to forget it, and asked anew by the next put", async () => {
    const blocks = client({ publicUrl: undefined });
    await failsWith(blocks.put(cidDigest), /cannot pin the block: no provider has the block/);
    expect(service.pins).toEqual([]);
    service.network = [origin.url];
    await blocks.put(cidDigest);
    expect(posts()).toBe(2);
  });

  it("has a failed request of before deleted", async () => {
    service.pins.push({ requestid: "a/b?c", status: "failed", cid, origins: [] });
    await client().put(cidDigest);
    expect(service.pins).toHaveLength(1);
    expect(service.pins[0]!.requestid).not.toBe("a/b?c");
  });

  it("is told to give up every request for the block, pinned or not, and no other", async () => {
    const other = cidOf(randomBatch().cidDigest);
    for (const status of ["queued", "pinned", "failed"] as const) {
      service.pins.push({ requestid: status, status, cid, origins: [] });
    }
    service.pins.push({ requestid: "other", status: "pinned", cid: other, origins: [] });
    await client().delete(cidDigest);
    expect(service.pins.map(({ requestid }) => requestid)).toEqual(["other"]);
  });
});

describe("a pinning service that misbehaves", () => {
  const answering = (status: number, body: string): void => {
    service.intercept = (_, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body);
      return true;
    };
  };
  const pin = (fields: object): string =>
    JSON.stringify({ count: 1, results: [{ requestid: "1", status: "pinned", pin: { cid }, ...fields }] });

  it.each([
    ["garbage", "<html>", /no list of pins/],
    ["no results", "{}", /no list of pins/],
    ["a null", '{"results":[null]}', /no list of pins/],
    ["an unknown status", pin({ status: "perhaps" }), /no list of pins/],
    ["an id that leads elsewhere", pin({ requestid: ".." }), /no list of pins/],
  ])("answers %s", async (_, body, message) => {
    answering(200, body);
    await failsWith(client().put(cidDigest), message);
    await failsWith(client().delete(cidDigest), message);
  });

  it("does not make us take or delete the pin of another CID", async () => {
    const other = cidOf(randomBatch().cidDigest);
    answering(200, pin({ pin: { cid: other } }));
    await failsWith(client().put(cidDigest), /no pin/);
    await client().delete(cidDigest);
    expect(service.calls.filter((call) => call.startsWith("DELETE"))).toEqual([]);
    service.intercept = (request, response) => {
      if (request.method === "POST")
        response.end(JSON.stringify({ requestid: "1", status: "pinned", pin: { cid: other } }));
      return request.method === "POST";
    };
    await failsWith(client().put(cidDigest), /a pin of another CID/);
  });

  it("refuses the token: its reason is told, the token is not", async () => {
    const error: unknown = await client({ token: "wrong" })
      .put(cidDigest)
      .catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/answers 401: UNAUTHORIZED, Access token is missing or invalid$/);
  });

  it("quotes the token: it is not told", async () => {
    answering(
      401,
      JSON.stringify({ error: { reason: "UNAUTHORIZED", details: `unknown: ${service.token}` } }),
    );
    await failsWith(client().put(cidDigest), /answers 401: UNAUTHORIZED, unknown: …$/);
  });

  it("says things that are not fit for a log", async () => {
    const details = `see https://user:secret@example.org/x\nand\u001b[31m${"x".repeat(1_000)}`;
    answering(409, JSON.stringify({ error: { reason: "FULL", details } }));
    const { message } = (await client()
      .put(cidDigest)
      .catch((reason: unknown) => reason)) as Error;
    expect(message).toMatch(/^the service answers 409: FULL, see … and \[31mx+$/);
    expect(message.length).toBeLessThan(250);
  });

  it("never ends its answer", async () => {
    service.intercept = (_, response) => {
      const more = (failed?: Error | null): void => {
        if (!failed) response.write("x".repeat(65_536), (error) => setImmediate(more, error));
      };
      more();
      return true;
    };
    await failsWith(client().put(cidDigest), /^the service: it answers more than 4194304 bytes$/);
    await failsWith(client().get(cidDigest), /^the gateway: it answers more than 1048576 bytes$/);
  });

  it("never answers", async () => {
    service.intercept = () => true;
    await failsWith(client({ timeoutMs: 50 }).put(cidDigest), /^the service: no answer within 0.05 s$/);
    await failsWith(client({ timeoutMs: 50 }).get(cidDigest), /^the gateway: no answer within 0.05 s$/);
  });

  it("has a gateway that fails", async () => {
    answering(504, "");
    await failsWith(client().get(cidDigest), /^the gateway answers 504$/);
  });
});
