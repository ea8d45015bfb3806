import { describe, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, entryOf, LOG_ID, OPERATOR } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { DAY } from "./dailyFigures.ts";
import { MAX_TIMES, readActivity, type ReadingProgress } from "./readActivity.ts";

const TODAY = Date.UTC(2026, 10, 24) / 1_000;

function read(community: Community, given: { rpc?: Rpc; signal?: AbortSignal } = {}) {
  const shown: ReadingProgress[] = [];
  const { rpc = community.chain.rpc, signal = new AbortController().signal } = given;
  const source = { chainId: FAKE_CHAIN_ID, registry: community.chain.registry, logId: LOG_ID };
  const activity = readActivity(rpc, source, (progress) => shown.push(progress), signal);
  return { activity, shown };
}

describe("readActivity", () => {
  it("tells of an open log that nothing is in it", async () => {
    const { activity, shown } = read(new Community());
    expect(await activity).toEqual({
      operator: to0x(OPERATOR),
      totals: { batches: 0, entries: 0, direct: 0 },
      asOf: { blockNumber: 1, time: 10 },
      batches: [],
      direct: [],
    });
    expect(shown).toEqual([]);
  });

  it("tells when batches and direct entries of the last fourteen days came, and of all how many there are", async () => {
    const community = new Community();
    community.publish(TODAY - 30 * DAY, entryOf(1, 1, 2));
    community.publish(TODAY - 20 * DAY, entryOf(2, 1, 2), entryOf(3, 1, 2));
    community.submitDirect(TODAY - 15 * DAY, entryOf(4, 1, 2));
    community.publishFiltered(TODAY - 13 * DAY, entryOf(5, 1, 2));
    community.submitDirect(TODAY - DAY, entryOf(6, 1, 2), entryOf(7, 1, 2));
    community.publish(TODAY + 60, entryOf(8, 1, 2), entryOf(9, 1, 2), entryOf(10, 1, 2));
    const { activity, shown } = read(community);
    expect(await activity).toEqual({
      operator: to0x(OPERATOR),
      totals: { batches: 4, entries: 8, direct: 3 },
      firstBatchAt: TODAY - 30 * DAY,
      lastBatchAt: TODAY + 60,
      asOf: { blockNumber: 7, time: TODAY + 60 },
      batches: [
        { anchoredAt: TODAY - 13 * DAY, entries: 2, wait: 7 * DAY },
        { anchoredAt: TODAY + 60, entries: 3, wait: 13 * DAY + 60 },
      ],
      direct: [TODAY - DAY, TODAY - DAY],
    });
    expect(shown.at(-1)).toEqual({ done: 5, total: 5 });
  });

  it("knows no wait of a log's first batch", async () => {
    const community = new Community();
    community.publish(TODAY, entryOf(1, 1, 2));
    const { batches } = await read(community).activity;
    expect(batches).toEqual([{ anchoredAt: TODAY, entries: 1 }]);
  });

  it("asks for no more times than it says, and says from where on it does not know", async () => {
    const community = new Community();
    const entry = entryOf(1, 1, 2);
    for (let i = 0; i < MAX_TIMES + 50; i++) {
      community.chain.mine(TODAY + i, { name: "submitDirect", logId: LOG_ID, entry });
    }
    let asked = 0;
    const counting: Rpc = (method, params) => {
      if (method === "eth_getBlockByNumber") asked++;
      return community.chain.rpc(method, params);
    };
    const { direct, totals, unknownUntil } = await read(community, { rpc: counting }).activity;
    expect(direct).toHaveLength(MAX_TIMES);
    expect(totals.direct).toBe(MAX_TIMES + 50);
    expect(unknownUntil).toBe(TODAY + 50);
    // The latest block, and those by which the first day was found.
    expect(asked).toBeLessThan(MAX_TIMES + 15);
  });

  it("takes no history that hides an event, and no times that go backwards", async () => {
    const community = new Community();
    community.publish(TODAY, entryOf(1, 1, 2));
    community.publish(TODAY + 5, entryOf(2, 1, 2));
    const hiding: Rpc = async (method, params) => {
      const answer = await community.chain.rpc(method, params);
      return method === "eth_getLogs" ? (answer as unknown[]).slice(0, -1) : answer;
    };
    await expect(read(community, { rpc: hiding }).activity).rejects.toMatchObject({
      code: "LOG_HEAD_MISMATCH",
    });
    community.publish(TODAY + 2, entryOf(3, 1, 2));
    await expect(read(community).activity).rejects.toMatchObject({ code: "RPC_INVALID" });
  });

  it("asks nothing more once it is cancelled", async () => {
    const community = new Community();
    for (let i = 0; i < 30; i++) community.publish(TODAY + i, entryOf(1, 1 + i, 2 + i));
    const cancelling = new AbortController();
    let after = 0;
    const rpc: Rpc = (method, params) => {
      if (cancelling.signal.aborted) after++;
      if (method === "eth_getLogs") cancelling.abort();
      return community.chain.rpc(method, params);
    };
    await expect(read(community, { rpc, signal: cancelling.signal }).activity).rejects.toThrow();
    expect(after).toBe(0);
  });
});
