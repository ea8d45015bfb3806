import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cidDigestFrom } from "@tocsin/protocol/batch/cid.ts";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { openFilter } from "@tocsin/protocol/filter/openFilter.ts";
import { filteredBatch } from "../batcher/support/filteredBatch.ts";
import type { BatchRecord } from "../ports/database.ts";
import { FilterError } from "../ports/filterMaker.ts";
import { LogHistory } from "../publisher/history.ts";
import { Proofs } from "../publisher/proofs.ts";
import { MemoryDatabase } from "../publisher/support/memoryDatabase.ts";
import { SimulatedChain } from "../publisher/support/simulatedChain.ts";
import { SimulatedNode } from "../publisher/support/simulatedNode.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { addFilterRoute } from "./batchFilter.ts";
import { testServer } from "./support/testServer.ts";

const { entries, filter, record } = filteredBatch();

let database: MemoryDatabase;
let block: Uint8Array | Error | undefined;
let server: FastifyInstance;

beforeEach(async () => {
  database = new MemoryDatabase();
  await database.lead();
  block = filter;
  const store = {
    get: async () => {
      if (block instanceof Error) throw block;
      return block;
    },
  };
  const proofs = new Proofs(
    database,
    new SimulatedNode(new SimulatedChain(0n)),
    new LogHistory(new Uint8Array(20)),
  );
  server = await testServer();
  addFilterRoute(server, { database, proofs, store });
});
afterEach(() => server.close());

/** Puts the batch into the database as its first. */
async function seal(changes: Partial<BatchRecord> = {}): Promise<void> {
  const times = { receivedAt: 900, deadline: 2_000 };
  await database.restoreBatch(
    { ...record, seq: 0, state: "stored", ...changes },
    entries.map((entry) => ({ leaf: leafHash(entry), entry, ...times })),
  );
}

const ask = (seq: number | string = 0) => server.inject({ url: `/v1/batches/${seq}/filter` });

describe("/v1/batches/{seq}/filter", () => {
  it("names the filter with a proof that holds against the batch's root", async () => {
    await seal();
    const answer = await ask();
    expect(answer.statusCode).toBe(200);
    const { digest, cid, length, index, path } = answer.json<{
      digest: string;
      cid: string;
      length: number;
      index: number;
      path: string[];
    }>();
    expect(length).toBe(filter.length);
    expect(cidDigestFrom(cid)).toEqual(record.filterDigest);
    const proof = {
      digest: fromHex(digest, "digest"),
      index,
      path: path.map((hash) => fromHex(hash, "hash")),
    };
    expect(openFilter(record, proof, filter).count).toBe(12 * 24);
    block = undefined;
    expect((await ask()).json(), "it is remembered").toEqual(answer.json());
  });

  it("is not found for a batch without one, without a stored one, or that is not there", async () => {
    expect(await ask()).toMatchObject({ statusCode: 404 });
    await seal();
    block = undefined;
    expect((await ask()).json()).toMatchObject({
      code: "NOT_FOUND",
      detail: expect.stringMatching(/not stored here/),
    });
    block = filter;
    expect(await ask()).toMatchObject({ statusCode: 200 });
    expect(await ask(1)).toMatchObject({ statusCode: 404 });
    await database.deleteBytes(0);
    expect((await ask()).json(), "its bytes expired").toMatchObject({ code: "NOT_FOUND" });
  });

  it("says where a batch has none", async () => {
    const { filterDigest: _, ...without } = record;
    await database.restoreBatch({ ...without, seq: 0, state: "stored" }, []);
    const answer = await ask();
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      code: "NOT_FOUND",
      detail: expect.stringMatching(/has no filter/),
    });
  });

  it("refuses what is no batch's number, and is not ready while no filter can be made", async () => {
    for (const seq of ["x", "-1", "1.5", "99999999999999999999"]) {
      expect((await ask(seq)).json(), seq).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
    }
    await seal();
    block = new FilterError("away");
    const answer = await ask();
    expect(answer.json()).toMatchObject({ status: 503, code: "FILTER_UNAVAILABLE" });
    expect(answer.headers["retry-after"]).toBe("5");
  });
});
