import { describe, expect, it } from "vitest";
import { to0x } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { EVENT_TOPICS, logIdTopic } from "../log/events.ts";
import { readLog } from "./readLog.ts";
import type { Rpc } from "./rpc.ts";
import { Community, entryOf, LOG_ID, OPERATOR } from "./support/community.ts";
import { FAKE_CHAIN_ID, type RawEvent } from "./support/fakeChain.ts";
import { withoutPauses } from "../../test/support/withoutPauses.ts";

withoutPauses();

const SUCCESSOR = new Uint8Array(20).fill(0x2e);
const mismatch = expect.objectContaining({ code: "LOG_HEAD_MISMATCH" });

function communityOf(batches: number): Community {
  const community = new Community();
  for (let i = 0; i < batches; i++) community.publish(100 + i, entryOf(i + 1, 1, 2), entryOf(i + 1, 3, 4));
  return community;
}

/** The honest RPC with its list of events changed on the way. */
function lying(rpc: Rpc, change: (events: RawEvent[]) => unknown): Rpc {
  return async (method, params) => {
    const answer = await rpc(method, params);
    return method === "eth_getLogs" ? change(structuredClone(answer) as RawEvent[]) : answer;
  };
}

const honest = communityOf(5);
const { rpc, registry } = honest.chain;
const source = { chainId: FAKE_CHAIN_ID, registry, logId: LOG_ID };

describe("reading a log", () => {
  it("gives its whole history", async () => {
    const log = await readLog(rpc, source);
    expect(log).toMatchObject({
      chainId: FAKE_CHAIN_ID,
      operator: OPERATOR,
      state: { size: 5, total: 10 },
      block: { number: honest.chain.height },
    });
    expect(log.batches.map(({ root }) => root)).toEqual(honest.batches.map(({ tree }) => tree.root));
    expect(log.batches.map(({ blockNumber }) => blockNumber)).toEqual([2, 3, 4, 5, 6]);
  });

  it("follows a log from one operator to the next", async () => {
    const community = communityOf(2);
    community.chain.mine(200, { name: "accept", logId: LOG_ID, to: SUCCESSOR });
    community.publish(300, entryOf(9, 1, 2));
    const log = await readLog(community.chain.rpc, source);
    expect(log.operator).toEqual(SUCCESSOR);
    expect(log.operators).toEqual([
      { address: OPERATOR, sinceSize: 0 },
      { address: SUCCESSOR, sinceSize: 2 },
    ]);
    // Events of the hand-over count, too: without it the head is another one.
    const hiding = lying(community.chain.rpc, (events) => events.filter((event) => event.topics.length < 4));
    await expect(readLog(hiding, source)).rejects.toThrow(mismatch);
  });

  it("reads one log of several in a registry", async () => {
    const community = communityOf(1);
    const batch = { root: new Uint8Array(32), cidDigest: new Uint8Array(32), count: 3 };
    community.chain.mine(
      200,
      { name: "open", logId: 2, operator: SUCCESSOR },
      { name: "append", logId: 2, batch },
      { name: "append", logId: LOG_ID, batch },
    );
    expect((await readLog(community.chain.rpc, source)).state).toMatchObject({ size: 2, total: 5 });
    expect((await readLog(community.chain.rpc, { ...source, logId: 2 })).state).toMatchObject({
      size: 1,
      total: 3,
    });
  });

  it("refuses another chain, and a log that is not there", async () => {
    await expect(readLog(rpc, { ...source, chainId: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "CHAIN_ID_MISMATCH" }),
    );
    await expect(readLog(rpc, { ...source, logId: 77 })).rejects.toThrow(
      expect.objectContaining({ code: "LOG_UNKNOWN" }),
    );
  });
});

describe("an RPC that lies about the events is caught", () => {
  it("with evidence that others can verify", async () => {
    const hiding = lying(rpc, (events) => events.slice(0, -1));
    const caught: unknown = await readLog(hiding, source).catch((error: unknown) => error);
    const { head, block } = await readLog(rpc, source);
    expect(caught).toMatchObject({
      details: { block: block.number, blockHash: block.hash, headInContract: to0x(head) },
    });
    const before = communityOf(4);
    const { head: of4 } = await readLog(before.chain.rpc, source);
    expect(caught).toHaveProperty("details.headOfEvents", to0x(of4));
  });

  for (let at = 1; at <= 5; at++) {
    it(`when it hides batch ${at - 1}`, async () => {
      await expect(
        readLog(
          lying(rpc, (events) => events.toSpliced(at, 1)),
          source,
        ),
      ).rejects.toThrow(mismatch);
    });

    it(`when it gives batch ${at - 1} twice`, async () => {
      const doubling = lying(rpc, (events) => events.toSpliced(at, 0, events[at]!));
      await expect(readLog(doubling, source)).rejects.toThrow(mismatch);
    });

    it(`when it alters batch ${at - 1}, in any bit`, async () => {
      for (let bit = 0; bit < 96 * 8; bit++) {
        const altering = lying(rpc, (events) => {
          const digit = 2 + (bit >> 2);
          const { data } = events[at]!;
          const changed = (Number.parseInt(data[digit]!, 16) ^ (1 << (bit & 3))).toString(16);
          return events.with(at, {
            ...events[at]!,
            data: data.slice(0, digit) + changed + data.slice(digit + 1),
          });
        });
        const error: unknown = await readLog(altering, source).catch((reason: unknown) => reason);
        expect(error, `bit ${bit}`).toBeInstanceOf(TocsinError);
        // A position with its high word set, or a number past 2^53 in it, is no position at all.
        const exponent = 4 * (15 - ((bit >> 2) % 16)) + (bit & 3);
        const isMalformed = bit >= 64 * 8 && (bit < 72 * 8 || exponent >= 53);
        expect((error as TocsinError).code, `bit ${bit}`).toBe(
          isMalformed ? "LOG_EVENT_INVALID" : "LOG_HEAD_MISMATCH",
        );
      }
    });
  }

  it("when it adds a batch", async () => {
    const adding = lying(rpc, (events) => {
      const last = events.at(-1)!;
      const position = `${"00".repeat(8)}${"0".repeat(15)}5${"0".repeat(15)}a${"0".repeat(15)}1`;
      return [...events, { ...last, logIndex: "0x1", data: last.data.slice(0, 2 + 128) + position }];
    });
    await expect(readLog(adding, source)).rejects.toThrow(mismatch);
  });

  it("when it reorders batches", async () => {
    for (let i = 1; i < 5; i++) {
      const swapping = lying(rpc, (events) => events.with(i, events[i + 1]!).with(i + 1, events[i]!));
      await expect(readLog(swapping, source)).rejects.toThrow(mismatch);
      const renumbering = lying(rpc, (events) => {
        const [a, b] = [events[i]!, events[i + 1]!];
        return events.with(i, { ...a, data: b.data }).with(i + 1, { ...b, data: a.data });
      });
      await expect(readLog(renumbering, source)).rejects.toThrow(mismatch);
    }
  });

  it("when it hides the opening, or tells of a second one", async () => {
    await expect(
      readLog(
        lying(rpc, (events) => events.slice(1)),
        source,
      ),
    ).rejects.toThrow(mismatch);
    const again = lying(rpc, (events) => [...events, { ...events[0]!, blockNumber: "0x6", logIndex: "0x9" }]);
    await expect(readLog(again, source)).rejects.toThrow(mismatch);
  });

  it("when it names another operator, or makes up a hand-over", async () => {
    const topic = `0x${"00".repeat(12)}${"2e".repeat(20)}`;
    const other = lying(rpc, (events) =>
      events.with(0, { ...events[0]!, topics: [...events[0]!.topics.slice(0, 2), topic] }),
    );
    await expect(readLog(other, source)).rejects.toThrow(mismatch);
    const honestChain = communityOf(1);
    honestChain.chain.mine(200, { name: "accept", logId: LOG_ID, to: SUCCESSOR });
    const handOver = (
      (await honestChain.chain.rpc("eth_getLogs", [
        {
          address: `0x${"a1".repeat(20)}`,
          topics: [[EVENT_TOPICS.LogAccepted], logIdTopic(LOG_ID)],
          fromBlock: "0x0",
          toBlock: "0xff",
        },
      ])) as RawEvent[]
    )[0]!;
    const made = lying(rpc, (events) => [...events, { ...handOver, blockNumber: "0x6", logIndex: "0x9" }]);
    await expect(readLog(made, source)).rejects.toThrow(mismatch);
  });

  it("when it gives no events at all, or something else", async () => {
    await expect(
      readLog(
        lying(rpc, () => []),
        source,
      ),
    ).rejects.toThrow(expect.objectContaining({ code: "LOG_UNKNOWN" }));
    await expect(
      readLog(
        lying(rpc, () => "none"),
        source,
      ),
    ).rejects.toThrow(expect.objectContaining({ code: "RPC_INVALID" }));
    await expect(
      readLog(
        lying(rpc, () => [null]),
        source,
      ),
    ).rejects.toThrow(expect.objectContaining({ code: "LOG_EVENT_INVALID" }));
  });
});

describe("a node that answers from two states tells no lie", () => {
  it("while it takes a block, and answers calls from the next one's state: the log is read again", async () => {
    const community = communityOf(3);
    let calls = 0;
    const between: Rpc = async (method, params) => {
      const isHead = method === "eth_call" && calls++ === 0;
      if (isHead) community.publish(500, entryOf(8, 1, 2));
      const newest = `0x${community.chain.height.toString(16)}`;
      return community.chain.rpc(method, isHead ? [params[0], newest] : params);
    };
    const log = await readLog(between, source);
    expect(log.batches).toHaveLength(4);
    expect(log.block.timestamp).toBe(500);
  });

  it("while another node behind the same address has yet to get the block, for two seconds", async () => {
    const community = communityOf(3);
    const since = Date.now();
    const lagging = lying(community.chain.rpc, (events) =>
      Date.now() - since < 2_000 ? events.slice(0, -1) : events,
    );
    expect((await readLog(lagging, source)).batches).toHaveLength(3);
  });
});

describe("a reorganisation while a log is read", () => {
  it("between head and events is no lie: the log is read again", async () => {
    const community = communityOf(3);
    let reorganised = false;
    const moving: Rpc = async (method, params) => {
      if (method === "eth_getLogs" && !reorganised) {
        reorganised = true;
        community.chain.dropBlocks(1);
        community.publish(500, entryOf(8, 1, 2));
      }
      return community.chain.rpc(method, params);
    };
    const log = await readLog(moving, source);
    expect(reorganised).toBe(true);
    expect(log.batches.at(-1)?.root).toEqual(community.batches.at(-1)?.tree.root);
    expect(log.block.timestamp).toBe(500);
  });

  it("does not excuse an RPC that goes on lying", async () => {
    const community = communityOf(3);
    let reads = 0;
    const moving: Rpc = async (method, params) => {
      if (method === "eth_getLogs") {
        reads++;
        community.chain.dropBlocks(1);
        community.publish(500 + reads, entryOf(8 + reads, 1, 2));
      }
      return community.chain.rpc(method, params);
    };
    await expect(readLog(moving, source)).rejects.toThrow(mismatch);
    expect(reads).toBe(4);
  });
});
