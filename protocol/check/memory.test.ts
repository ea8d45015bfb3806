import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportEntry } from "../entry/entry.ts";
import { verifyProof } from "../log/proofFile.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { RETENTION } from "../match/retention.ts";
import { checkExposures, type CheckResult } from "./checkExposures.ts";
import { formatMemory, parseMemory } from "./memoryLines.ts";
import { Community, contactOf, entryOf, LOG_ID, OPERATOR, proofOf, reportOf } from "./support/community.ts";
import { LinesMemory } from "./support/linesMemory.ts";

const HOUR = 3_600;
const START = 1_000 * HOUR;
const met = contactOf(1, 2, START - 500, START - 100);

/** A log of six batches, an hour apart; person 1's report is in the third one, at START + 2 hours. */
function sixBatches(): Community {
  const community = new Community();
  for (let i = 0; i < 6; i++) {
    community.publish(START + i * HOUR, entryOf(i === 2 ? 1 : 100 + i, 1, 8), entryOf(200, 1, 3));
  }
  return community;
}

async function checkWith(
  community: Community,
  memory: LinesMemory,
  contacts: readonly ContactRecord[],
  failAfter = Number.POSITIVE_INFINITY,
): Promise<{ result: CheckResult; fetched: string[]; asked: string[] }> {
  const input = community.checkOf(...contacts);
  const [fetched, asked]: [string[], string[]] = [[], []];
  const result = await checkExposures({
    ...input,
    memory,
    rpc: (method, params) => {
      asked.push(JSON.stringify([method, params]));
      return input.rpc(method, params);
    },
    fetch: (url, init) => {
      fetched.push(url);
      return fetched.length > failAfter
        ? Promise.resolve(new Response("", { status: 503 }))
        : input.fetch(url, init);
    },
  });
  return { result, fetched, asked };
}

describe("a second check", () => {
  it("with nothing new fetches no batch and reads no event, and finds the same, proof and all", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    const first = await checkWith(community, memory, [met]);
    const second = await checkWith(community, memory, [met]);
    expect(first.fetched).toHaveLength(6);
    expect(second.fetched).toEqual([]);
    expect(second.asked.filter((request) => request.includes("eth_getLogs"))).toEqual([]);
    expect(second.result.exposures).toHaveLength(1);
    expect(second.result.exposures).toEqual(first.result.exposures);
    expect(second.result.counts).toEqual({ ...first.result.counts, rememberedBatches: 6 });
    verifyProof(proofOf(second.result.exposures[0]?.reports[0]));
  });

  it("reads the events and batches that came since", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    await checkWith(community, memory, [met]);
    const height = community.chain.height;
    community.publish(START + 6 * HOUR, entryOf(2, 1, 8));
    const later = contactOf(2, 3, START + 5 * HOUR + 100, START + 5 * HOUR + 200);
    const { result, fetched, asked } = await checkWith(community, memory, [met, later]);
    expect(fetched, "one that is new, and one after the contact's full hour").toHaveLength(2);
    expect(asked.filter((request) => request.includes("eth_getLogs"))).toEqual([
      expect.stringContaining(`"fromBlock":"0x${(height + 1).toString(16)}"`),
    ]);
    expect(result.exposures.map(({ contacts }) => contacts)).toEqual([[later], [met]]);
  });

  it("reads again a batch that was anchored in the second in which a new contact was first seen", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    await checkWith(community, memory, []);
    const atOnce = contactOf(1, 3, START + 2 * HOUR, START + 2 * HOUR + 60);
    const { result, fetched } = await checkWith(community, memory, [atOnce]);
    expect(fetched).toHaveLength(4);
    expect(result.exposures).toHaveLength(1);
  });

  it("takes contact records as they are now", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    await checkWith(community, memory, [met]);
    const grown = { ...met, lastSeen: START + HOUR, samples: 40 };
    const { result, fetched } = await checkWith(community, memory, [grown]);
    expect(fetched).toEqual([]);
    expect(result.exposures[0]?.contacts).toEqual([grown]);
  });

  it("knows a replay by what was disclosed before, though the same report is anchored again", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    await checkWith(community, memory, [met]);
    const replayed = contactOf(1, 5, START + 9 * HOUR, START + 9 * HOUR + 600);
    community.submitDirect(START + 10 * HOUR, entryOf(1, 1, 8));
    community.publish(START + 11 * HOUR, entryOf(1, 4, 9));
    const { result, fetched } = await checkWith(community, memory, [met, replayed]);
    expect(fetched).toHaveLength(1);
    expect(result.replays).toEqual([replayed]);
    expect(result.exposures.map(({ contacts }) => contacts)).toEqual([[met]]);
  });

  it("verifies signatures anew, and counts what is forged", async () => {
    const [community, memory] = [new Community(), new LinesMemory()];
    const forged = reportOf(1, 1, 8).bytes.slice();
    forged[75]! ^= 1;
    community.publish(START, reportEntry(forged));
    for (const fetches of [1, 0]) {
      const { result, fetched } = await checkWith(community, memory, [met]);
      expect(fetched).toHaveLength(fetches);
      expect(result.exposures).toEqual([]);
      expect(result.counts.forgedReports).toBe(1);
    }
  });

  it("goes on where one was interrupted", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    await expect(checkWith(community, memory, [met], 4)).rejects.toThrow(
      expect.objectContaining({ code: "BATCH_UNAVAILABLE" }),
    );
    const { result, fetched } = await checkWith(community, memory, [met]);
    expect(fetched).toHaveLength(2);
    expect(result.counts).toMatchObject({ batches: 6, rememberedBatches: 4 });
    expect(result.exposures).toHaveLength(1);
  });

  it("asks for the same whoever was met", async () => {
    const askedWith = async (person: number): Promise<unknown> => {
      const [community, memory] = [sixBatches(), new LinesMemory()];
      const before = contactOf(person, 2, START - 500, START - 100);
      await checkWith(community, memory, [before]);
      community.publish(START + 6 * HOUR, entryOf(1, 1, 9));
      const later = contactOf(person, 3, START + 4 * HOUR, START + 4 * HOUR + 60);
      const { fetched, asked } = await checkWith(community, memory, [before, later]);
      expect(fetched).toHaveLength(3);
      return { fetched, asked };
    };
    expect(await askedWith(1)).toEqual(await askedWith(9));
  });
});

describe("what is remembered", () => {
  it("is forgotten with the batch's 14 days, and with its contact", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    const leaves = (): number => memory.lines.filter((line) => line.includes('"path"')).length;
    await checkWith(community, memory, [met]);
    expect(leaves()).toBe(1);
    await checkWith(community, memory, []);
    expect(leaves()).toBe(0);
    community.publish(START + RETENTION + 3.5 * HOUR, entryOf(3, 1, 2));
    const { result } = await checkWith(community, memory, []);
    expect(result.counts).toMatchObject({ olderBatches: 4, batches: 3, rememberedBatches: 2 });
    expect(memory.lines.filter((line) => line.includes('"disclosed"'))).toHaveLength(3);
  });

  it("of another log is replaced", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    await checkWith(community, memory, [met]);
    memory.lines[0] = memory.lines[0]!.replace(`"logId":${LOG_ID}`, '"logId":77');
    const { result, fetched } = await checkWith(community, memory, [met]);
    expect(result.replacedMemory).toBe(true);
    expect(fetched).toHaveLength(6);
    const again = await checkWith(community, memory, [met]);
    expect(again.result.replacedMemory).toBe(false);
    expect(again.fetched).toEqual([]);
  });

  it("that is wrong about the log or the place of a hit is read again", async () => {
    const [community, memory] = [sixBatches(), new LinesMemory()];
    const { result: right } = await checkWith(community, memory, [met]);
    const change = (from: RegExp, to: string): void => {
      const before = memory.lines.join("\n");
      memory.lines = before.replace(from, to).split("\n");
      expect(memory.lines.join("\n")).not.toBe(before);
    };
    for (const [from, to] of [
      [/"path":\["[0-9a-f]{4}/, '"path":["abcd'],
      [/"anchoredAt":(\d+)/, '"anchoredAt":"$1"'],
      [/("line":"batch","seq":3.*?"blockHash":"0x)..../, "$1abcd"],
      [/("name":"BatchAppended".*?"root":")..../, "$1abcd"],
      [/\n.*"name":"LogOpened".*\n/, "\n"],
    ] as const) {
      change(from, to);
      const { result } = await checkWith(community, memory, [met]);
      expect(result.exposures, `${from}`).toEqual(right.exposures);
      expect({ ...result.counts, rememberedBatches: 0 }).toEqual(right.counts);
      expect(result.log).toEqual(right.log);
    }
  });

  it("is read back as it was written, and without the lines that are broken", async () => {
    const community = sixBatches();
    community.submitDirect(START + 9 * HOUR, entryOf(5, 1, 8));
    community.chain.mine(START + 9 * HOUR, { name: "accept", logId: LOG_ID, to: OPERATOR });
    const memory = new LinesMemory();
    const contacts = Array.from({ length: 20 }, (_, i) => contactOf(9, i + 1, START + i, START + i));
    await checkWith(community, memory, [met, ...contacts]);
    const { remembered, broken } = parseMemory(memory.lines);
    expect(broken).toBe(0);
    expect(remembered.compared).toHaveLength(21);
    expect(remembered.events).toHaveLength(9);
    expect(remembered.batches.map(({ hits }) => hits.length)).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...formatMemory(remembered)]).toEqual(memory.lines);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: memory.lines.length - 1 }), fc.nat(), (at, cut) => {
        const line = memory.lines[at]!;
        const torn = parseMemory(memory.lines.with(at, line.slice(0, cut % line.length)));
        expect(torn.broken).toBe(1);
      }),
    );
  });
});
