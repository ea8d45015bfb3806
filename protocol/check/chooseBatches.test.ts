import { describe, expect, it } from "vitest";
import type { FoldedBatch } from "../log/fold.ts";
import { ContactTable } from "../match/contactTable.ts";
import { chooseBatches } from "./chooseBatches.ts";
import type { Fetch } from "./fetchBytes.ts";
import { readLog } from "./readLog.ts";
import { Community, contactOf, entryOf, GATEWAY, LOG_ID } from "./support/community.ts";

const BATCHES = 32;

/** A log of many batches of one report each, all with filters. */
function bigCommunity(): Community {
  const community = new Community();
  for (let person = 1; person <= BATCHES; person++) {
    community.publishFiltered(1_000 + person, entryOf(person, 1, 8));
  }
  return community;
}

async function batchesOf({ chain }: Community): Promise<FoldedBatch[]> {
  return (await readLog(chain.rpc, { registry: chain.registry, logId: LOG_ID })).batches;
}

async function choose(community: Community, people: number[], fetch = community.fetch): Promise<number[]> {
  const contacts = ContactTable.from(people.map((person) => contactOf(person, 3, 900, 950))).tcnsSeenSince(0);
  const parts = {
    fetch,
    chosen: new Set<number>(),
    relayers: [GATEWAY],
    contacts,
    progress: () => undefined,
    signal: undefined,
  };
  return (await chooseBatches(await batchesOf(community), parts)).map(({ seq }) => seq);
}

describe("what a light client reads whole", () => {
  it("is every batch that holds a contact, and decoys up to one batch in eight", async () => {
    const community = bigCommunity();
    const chosen = await choose(community, [5, 20]);
    expect(chosen).toEqual(expect.arrayContaining([4, 19]));
    expect(chosen).toHaveLength(BATCHES / 8);
    expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
  });

  it("is as much for somebody who met nobody", async () => {
    expect(await choose(bigCommunity(), [99])).toHaveLength(BATCHES / 8);
  });

  it("is a batch without a filter, too, besides the others", async () => {
    const community = bigCommunity();
    community.publish(2_000, entryOf(50, 1, 8));
    const chosen = await choose(community, [5]);
    expect(chosen).toEqual(expect.arrayContaining([4, BATCHES]));
    expect(chosen).toHaveLength(BATCHES / 8 + 1);
  });

  it.each([
    ["is not there", () => new Response("no", { status: 404 })],
    ["is not JSON", () => new Response("{")],
    ["has the wrong fields", () => new Response('{"digest": "00", "index": -1, "path": 5}')],
    ["is of another batch", () => undefined],
    ["never ends", () => new Response(new Uint8Array(100_000))],
  ])("is every batch whose proof %s", async (_, answer) => {
    const community = bigCommunity();
    const other: Fetch = (url, init) => {
      if (!url.endsWith("/filter")) return community.fetch(url, init);
      const response = answer();
      const shifted = url.replace(
        /\/(\d+)\/filter$/,
        (_all, seq) => `/${(Number(seq) + 1) % BATCHES}/filter`,
      );
      return response ? Promise.resolve(response) : community.fetch(shifted, init);
    };
    expect(await choose(community, [5], other)).toHaveLength(BATCHES);
  });

  it("is every batch whose filter has other bytes than the batch commits", async () => {
    const community = bigCommunity();
    const damaged: Fetch = async (url, init) => {
      const response = await community.fetch(url, init);
      if (!url.includes("/ipfs/")) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      bytes[bytes.length - 1]! ^= 1;
      return new Response(bytes);
    };
    expect(await choose(community, [5], damaged)).toHaveLength(BATCHES);
  });

  it("is the only batch that there is, without its filter", async () => {
    const community = new Community();
    community.publishFiltered(1_000, entryOf(1, 1, 8));
    const silent: Fetch = (url) => Promise.reject(new Error(`asked for ${url}`));
    expect(await choose(community, [99], silent)).toEqual([0]);
  });

  it("asks another relayer where the first has nothing", async () => {
    const community = bigCommunity();
    const contacts = ContactTable.from([contactOf(5, 3, 900, 950)]).tcnsSeenSince(0);
    const relayers = ["https://other.example", GATEWAY];
    const parts = {
      fetch: community.fetch,
      chosen: new Set<number>(),
      relayers,
      contacts,
      progress: () => undefined,
      signal: undefined,
    };
    expect(await chooseBatches(await batchesOf(community), parts)).toHaveLength(BATCHES / 8);
  });

  it("is nothing once it was cancelled", async () => {
    const community = bigCommunity();
    const reason = new Error("cancelled");
    const parts = {
      ...{ fetch: community.fetch, relayers: [GATEWAY], contacts: new Uint32Array() },
      ...{ chosen: new Set<number>(), progress: () => undefined },
      signal: AbortSignal.abort(reason),
    };
    await expect(chooseBatches(await batchesOf(community), parts)).rejects.toBe(reason);
  });
});
