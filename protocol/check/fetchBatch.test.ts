import { describe, expect, it } from "vitest";
import { buildBatch } from "../batch/build.ts";
import { cidOf } from "../batch/cid.ts";
import { MAX_BATCH_FILE_LENGTH } from "../batch/file.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { fetchBatchFile } from "./fetchBatch.ts";
import type { Fetch } from "./fetchBytes.ts";

const { file, cidDigest } = buildBatch([new Uint8Array([2, 7])]);
const unavailable = expect.objectContaining({ code: "BATCH_UNAVAILABLE" });

type Answer = () => Response | Promise<Response>;

/** A fetch that answers by host, and the URLs that it was asked for. */
function gateways(answers: Record<string, Answer>): { fetch: Fetch; list: string[]; asked: string[] } {
  const asked: string[] = [];
  const fetch: Fetch = async (url) => {
    asked.push(url);
    return answers[new URL(url).hostname]!();
  };
  return { fetch, list: Object.keys(answers).map((host) => `https://${host}`), asked };
}

const serving =
  (bytes: Uint8Array): Answer =>
  () =>
    new Response(new Uint8Array(bytes));

/** A body that never ends unless it is cancelled. */
function endless(status = 200): { answer: Answer; isCancelled: () => boolean } {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return { answer: () => new Response(body, { status }), isCancelled: () => cancelled };
}

describe("fetching a batch", () => {
  it("reads nothing of an answer that is none, and gives its connection back", async () => {
    const { answer, isCancelled } = endless(404);
    const { fetch, list } = gateways({ "a.example": answer, "b.example": serving(file) });
    expect(await fetchBatchFile(fetch, list, cidDigest)).toMatchObject({
      faults: [{ message: "it answers 404" }],
    });
    expect(isCancelled()).toBe(true);
  });

  it("asks a gateway for one raw block, by CID", async () => {
    const seen: Parameters<Fetch>[] = [];
    const fetch: Fetch = async (...call) => {
      seen.push(call);
      return new Response(new Uint8Array(file));
    };
    const fetched = await fetchBatchFile(fetch, ["https://a.example//"], cidDigest);
    expect(fetched).toEqual({ file, faults: [] });
    expect(seen).toHaveLength(1);
    const [url, { headers }] = seen[0]!;
    expect(url).toBe(`https://a.example/ipfs/${cidOf(cidDigest)}?format=raw`);
    expect(headers).toEqual({ accept: "application/vnd.ipld.raw" });
  });

  it("asks the gateways in turn until one serves the right bytes, and tells what the others did", async () => {
    const long = endless();
    const { fetch, list, asked } = gateways({
      "down.example": () => Promise.reject(new TypeError("fetch failed")),
      "empty.example": () => new Response(null, { status: 204 }),
      "none.example": () => new Response("no", { status: 404 }),
      "long.example": long.answer,
      "liar.example": serving(new Uint8Array([...file.subarray(0, -1), 9])),
      "good.example": serving(file),
      "never.example": serving(file),
    });
    const fetched = await fetchBatchFile(fetch, list, cidDigest);
    expect(fetched.file).toEqual(file);
    expect(fetched.faults.map(({ gateway, code }) => [new URL(gateway).hostname, code])).toEqual([
      ["down.example", "BATCH_UNAVAILABLE"],
      ["empty.example", "BATCH_UNAVAILABLE"],
      ["none.example", "BATCH_UNAVAILABLE"],
      ["long.example", "BATCH_TOO_LARGE"],
      ["liar.example", "BATCH_DIGEST_MISMATCH"],
    ]);
    expect(long.isCancelled()).toBe(true);
    expect(asked).toHaveLength(6);
  });

  it("reads a body that comes in pieces, up to 1 MiB", async () => {
    const entries = Array.from({ length: 16 }, (_, i) =>
      new Uint8Array(i < 15 ? 65_535 : MAX_BATCH_FILE_LENGTH - 12 - 32 - 15 * 65_535).fill(i),
    );
    const full = buildBatch(entries);
    expect(full.file).toHaveLength(MAX_BATCH_FILE_LENGTH);
    let offset = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (offset >= full.file.length) controller.close();
        else controller.enqueue(full.file.slice(offset, (offset += 100_001)));
      },
    });
    const { fetch, list } = gateways({ "slow.example": () => new Response(body) });
    const fetched = await fetchBatchFile(fetch, list, full.cidDigest);
    expect(equalBytes(fetched.file, full.file)).toBe(true);
  });

  it("fails when no gateway has it, or none is listed", async () => {
    const { fetch, list } = gateways({ "a.example": () => new Response("", { status: 500 }) });
    await expect(fetchBatchFile(fetch, list, cidDigest)).rejects.toThrow(unavailable);
    await expect(fetchBatchFile(fetch, [], cidDigest)).rejects.toThrow(/none is listed/);
    const long = gateways({ "a.example": endless().answer });
    await expect(fetchBatchFile(long.fetch, long.list, cidDigest)).rejects.toThrow(unavailable);
  });

  it("says that a gateway lied when none had the right bytes", async () => {
    const { fetch, list } = gateways({
      "liar.example": serving(new Uint8Array([1])),
      "none.example": () => new Response("", { status: 404 }),
    });
    await expect(fetchBatchFile(fetch, list, cidDigest)).rejects.toThrow(
      expect.objectContaining({ code: "BATCH_DIGEST_MISMATCH" }),
    );
  });

  it("stops at once when it is aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const { fetch, list, asked } = gateways({
      "a.example": () => {
        controller.abort(new Error("no longer wanted"));
        return Promise.reject(new Error("aborted"));
      },
      "b.example": serving(file),
    });
    await expect(fetchBatchFile(fetch, list, cidDigest, controller.signal)).rejects.toThrow(
      "no longer wanted",
    );
    await expect(fetchBatchFile(fetch, list, cidDigest, controller.signal)).rejects.toThrow(
      "no longer wanted",
    );
    expect(asked).toHaveLength(1);
  });
});
