import { describe, expect, it } from "vitest";
import type { LogEvent } from "../log/events.ts";
import type { KnownLog } from "./memory.ts";
import { readLog, type VerifiedLog } from "./readLog.ts";
import type { Rpc } from "./rpc.ts";
import { Community, entryOf, LOG_ID } from "./support/community.ts";

/** A log that was opened in block 1, with three batches and an entry sent directly. */
function someLog(): Community {
  const community = new Community();
  for (const person of [1, 2, 3]) community.publish(person * 100, entryOf(person, 1, 3));
  community.submitDirect(400, entryOf(4, 1, 3));
  return community;
}

/** Reads the log and says from which blocks on events were asked for. */
async function read(
  community: Community,
  known?: KnownLog,
  fromBlock?: number,
): Promise<{ log: VerifiedLog; from: number[] }> {
  const from: number[] = [];
  const rpc: Rpc = (method, params) => {
    if (method === "eth_getLogs") from.push(Number((params[0] as { fromBlock: string }).fromBlock));
    return community.chain.rpc(method, params);
  };
  const { source } = community.checkOf();
  const log = await readLog(rpc, { ...source, ...(fromBlock === undefined ? {} : { fromBlock }) }, known);
  return { log, from };
}

describe("a log of which an earlier reading is known", () => {
  it("is read from there on", async () => {
    const community = someLog();
    const { log: known } = await read(community);
    expect(await read(community, known)).toEqual({ log: known, from: [] });
    community.publish(500, entryOf(5, 1, 3));
    community.submitDirect(600, entryOf(6, 1, 3));
    const { log, from } = await read(community, known);
    expect(from).toEqual([6]);
    expect(log).toEqual((await read(community)).log);
    expect(log.events).toHaveLength(7);
  });

  it("is read from the beginning where that block is not in the chain any more", async () => {
    for (const blocks of [1, 3]) {
      const community = someLog();
      const { log: known } = await read(community);
      community.chain.dropBlocks(blocks);
      expect((await read(community, known)).from, "the chain is shorter").toEqual([0]);
      for (let i = 0; i < blocks + 1; i++) community.publish(700 + i, entryOf(7 + i, 1, 3));
      const { log, from } = await read(community, known);
      expect(from).toEqual([0]);
      expect(log).toEqual((await read(community)).log);
    }
  });

  it("is read from the beginning where what is known is wrong in any event, or of another log", async () => {
    const community = someLog();
    const { log: known } = await read(community);
    community.publish(500, entryOf(5, 1, 3));
    const { log: right } = await read(community);
    const wrongly: KnownLog[] = known.events.flatMap((event, at) => [
      { ...known, events: known.events.toSpliced(at, 1) },
      { ...known, events: known.events.toSpliced(at, 0, event) },
      { ...known, events: known.events.with(at, altered(event)) },
    ]);
    expect(wrongly).toHaveLength(15);
    for (const wrong of wrongly) expect(await read(community, wrong)).toEqual({ log: right, from: [6, 0] });
    for (const other of [{ chainId: 5 }, { logId: LOG_ID + 1 }, { registry: new Uint8Array(20) }]) {
      expect(await read(community, { ...known, ...other })).toEqual({ log: right, from: [0] });
    }
  });

  it("is no excuse for an RPC that lies", async () => {
    const community = someLog();
    const { log: known } = await read(community);
    community.publish(500, entryOf(5, 1, 3));
    const hiding: Rpc = async (method, params) => {
      const answer = await community.chain.rpc(method, params);
      return method === "eth_getLogs" ? (answer as unknown[]).slice(0, -1) : answer;
    };
    await expect(readLog(hiding, community.checkOf().source, known)).rejects.toThrow(
      expect.objectContaining({ code: "LOG_HEAD_MISMATCH" }),
    );
  });
});

describe("a block to read from", () => {
  it("saves what is before it, up to the log's opening", async () => {
    const community = someLog();
    const { log } = await read(community);
    expect(await read(community, undefined, 1)).toEqual({ log, from: [1] });
  });

  it("that is later than the opening makes the reading fail, and says what to do", async () => {
    const community = someLog();
    for (const fromBlock of [2, 5, 6, 1_000]) {
      await expect(read(community, undefined, fromBlock)).rejects.toThrow(
        expect.objectContaining({
          code: "LOG_UNKNOWN",
          message: expect.stringContaining("give the block of its opening") as string,
        }),
      );
    }
  });
});

function altered(event: LogEvent): LogEvent {
  switch (event.name) {
    case "BatchAppended":
      return { ...event, batch: { ...event.batch, count: event.batch.count + 1 } };
    case "EntrySubmitted":
      return { ...event, entry: event.entry.with(5, event.entry[5]! ^ 1) };
    case "LogOpened":
      return { ...event, operator: new Uint8Array(20) };
    case "LogAccepted":
      return { ...event, to: new Uint8Array(20) };
  }
}
