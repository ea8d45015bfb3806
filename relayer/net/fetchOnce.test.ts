import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "../../test/support/server.ts";
import { AnswerTooLong, fetchOnce } from "./fetchOnce.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer((request, body, response) => {
    if (request.url === "/drip") {
      response.write("a");
      return;
    }
    response.writeHead(418, { "retry-after": "2" });
    response.end(Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(request.method ?? ""), body]));
  });
});
afterAll(() => server.stop());

it("returns status, bytes and the pause that the server asks for", async () => {
  const answer = await fetchOnce(server.url, { method: "DELETE", body: "x", maxLength: 9 });
  expect(answer.status).toBe(418);
  expect([...answer.bytes]).toEqual([0xff, 0, ...Buffer.from("DELETEx")]);
  expect(answer.retryAfterMs).toBe(2_000);
});

it("reads no answer that is too long", async () => {
  await expect(fetchOnce(server.url, { maxLength: 4 })).rejects.toThrow(AnswerTooLong);
});

it("waits no longer for the rest of an answer than for its beginning", async () => {
  const request = { maxLength: 4, timeoutMs: 50 };
  await expect(fetchOnce(`${server.url}/drip`, request)).rejects.toThrow(/^no answer within 0.05 s$/);
});

it.each(["http://user:secret@127.0.0.1", "secret", "http://[secret"])(
  "does not tell the URL %s",
  async (url) => {
    const error: unknown = await fetchOnce(url, { maxLength: 4 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain("secret");
  },
);
