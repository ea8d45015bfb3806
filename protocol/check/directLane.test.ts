import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEntry, MAX_DIRECT_ENTRY_LENGTH, reportEntry } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import { EVENT_TOPICS } from "../log/events.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { MAX_SPAN } from "../match/limits.ts";
import { RETENTION } from "../match/retention.ts";
import { leafHash } from "../tree/hash.ts";
import { checkExposures } from "./checkExposures.ts";
import type { CheckProgress } from "./progress.ts";
import { readLog } from "./readLog.ts";
import type { Rpc } from "./rpc.ts";
import { Community, contactOf, entryOf, LOG_ID, proofOf, reportOf } from "./support/community.ts";
import { FAKE_CHAIN_ID, type RawEvent } from "./support/fakeChain.ts";
import { withoutPauses } from "../../test/support/withoutPauses.ts";

withoutPauses();

const SENT = 100_000;
const met = contactOf(1, 2, 20_000, 20_400);
const mismatch = expect.objectContaining({ code: "LOG_HEAD_MISMATCH" });

/** A community whose relayer published noise, and then went away. */
function withoutRelayer(): Community {
  const community = new Community();
  community.publish(50_000, entryOf(200, 1, 3));
  return community;
}

describe("a report that was sent to the contract without a relayer", () => {
  it("is found, says how it came, and needs no gateway", async () => {
    const community = new Community();
    community.submitDirect(90_000, entryOf(7, 1, 3));
    community.submitDirect(SENT, entryOf(8, 1, 3), entryOf(1, 1, 8));
    const result = await checkExposures({ ...community.checkOf(met), gateways: [] });
    const { direct } = { direct: result.log.directEntries[2]! };
    expect(result.exposures.map(({ contacts, reports }) => [contacts, reports])).toEqual([
      [
        [met],
        [
          {
            lane: "direct",
            report: reportOf(1, 1, 8),
            leaf: leafHash(entryOf(1, 1, 8)),
            anchoredAt: SENT,
            transactionHash: direct.transactionHash,
            blockNumber: 3,
            index: 2,
          },
        ],
      ],
    ]);
    expect(result.counts).toMatchObject({ batches: 0, directEntries: 3, reports: 3 });
    expect(result.log.state.size).toBe(0);
  });

  it("leaves the relayer's head where it was", async () => {
    const community = withoutRelayer();
    const before = await readLog(community.chain.rpc, community.checkOf().source);
    community.submitDirect(SENT, entryOf(1, 1, 8));
    const after = await readLog(community.chain.rpc, community.checkOf().source);
    expect(after.head).toEqual(before.head);
    expect(after.directHead).not.toEqual(before.directHead);
    expect(before.directHead).toEqual(new Uint8Array(32));
  });

  it("counts once where a relayer anchors it too: as it became public first", async () => {
    const lanes = async (community: Community): Promise<unknown> => {
      const { exposures, counts } = await checkExposures(community.checkOf(met));
      expect(counts.reports).toBe(3);
      return exposures[0]?.reports.map(({ lane, anchoredAt }) => [lane, anchoredAt]);
    };
    const directFirst = withoutRelayer();
    directFirst.submitDirect(SENT, entryOf(1, 1, 8));
    directFirst.publish(SENT + 900, entryOf(1, 1, 8));
    expect(await lanes(directFirst)).toEqual([["direct", SENT]]);
    const batchFirst = withoutRelayer();
    batchFirst.publish(SENT, entryOf(1, 1, 8));
    batchFirst.submitDirect(SENT + 900, entryOf(1, 1, 8));
    expect(await lanes(batchFirst)).toEqual([["batch", SENT]]);
    const { exposures } = await checkExposures(batchFirst.checkOf(met));
    expect(proofOf(exposures[0]?.reports[0]).batch.seq).toBe(1);
  });

  it("counts towards the progress", async () => {
    const community = withoutRelayer();
    community.submitDirect(SENT, entryOf(1, 1, 8));
    const seen: CheckProgress[] = [];
    await checkExposures({ ...community.checkOf(met), onProgress: (progress) => seen.push(progress) });
    const batches = seen.filter(({ phase }) => phase === "batches");
    expect(batches.map(({ done, total }) => `${done}/${total}`)).toEqual(["0/2", "1/2", "2/2"]);
  });
});

describe("a direct entry is judged as one of a batch is", () => {
  it("never shown when its signature is forged, and counted", async () => {
    const community = withoutRelayer();
    const forged = new Uint8Array(reportOf(1, 1, 8).bytes);
    forged[75]! ^= 1;
    community.submitDirect(SENT, reportEntry(forged));
    const { exposures, replays, counts } = await checkExposures(community.checkOf(met));
    expect([exposures, replays]).toEqual([[], []]);
    expect(counts).toMatchObject({ reports: 2, forgedReports: 1 });
  });

  it("skipped and counted when it is no report, of an unknown kind, or spans too much", async () => {
    const community = withoutRelayer();
    community.submitDirect(
      SENT,
      new Uint8Array([1]),
      reportEntry(reportOf(1, 1, 8).bytes.subarray(0, 133)),
      entryOf(1, 1, MAX_SPAN + 1),
      new Uint8Array([2]),
      encodeEntry({ kind: 255, body: new Uint8Array(MAX_DIRECT_ENTRY_LENGTH - 1) }),
      entryOf(1, 1, MAX_SPAN),
    );
    const { exposures, counts } = await checkExposures(community.checkOf(met));
    expect(exposures[0]?.reports.map(({ report }) => report.j2)).toEqual([MAX_SPAN]);
    expect(counts).toMatchObject({ directEntries: 6, reports: 2, unreadableReports: 3, unknownEntries: 2 });
  });

  it("a replay for contacts seen after its own block, and an end for those that go on past it", async () => {
    const community = withoutRelayer();
    community.submitDirect(SENT, entryOf(1, 1, 8));
    const late = contactOf(1, 3, SENT + 1, SENT + 500);
    const across = contactOf(1, 4, SENT - 300, SENT + 900);
    const { exposures, replays } = await checkExposures(community.checkOf(late, across));
    expect(replays).toEqual([late]);
    expect(exposures.map(({ lastSeen }) => lastSeen)).toEqual([SENT]);
  });

  it("makes a replay one for good, whichever lane repeats the report", async () => {
    const late = contactOf(1, 3, SENT + 100, SENT + 500);
    const community = withoutRelayer();
    community.submitDirect(SENT, entryOf(1, 1, 8));
    community.publish(SENT + 9_000, entryOf(1, 1, 8), entryOf(1, 1, 9));
    expect(await checkExposures(community.checkOf(late))).toMatchObject({ exposures: [], replays: [late] });
    const other = withoutRelayer();
    other.publish(SENT, entryOf(1, 1, 8));
    other.submitDirect(SENT + 9_000, entryOf(1, 1, 8), entryOf(1, 1, 9));
    expect(await checkExposures(other.checkOf(late))).toMatchObject({ exposures: [], replays: [late] });
  });

  it("not read when it was sent more than 14 days ago", async () => {
    const community = withoutRelayer();
    for (let day = 0; day < 30; day++) community.submitDirect(SENT + day * 86_400, entryOf(day + 1, 1, 8));
    const { counts, log } = await checkExposures(community.checkOf());
    expect(log.directEntries).toHaveLength(30);
    expect(counts).toMatchObject({ directEntries: 15, olderDirectEntries: 15, reports: 15 });
    expect(log.block.timestamp - RETENTION).toBe(SENT + 15 * 86_400);
  });
});

describe("an RPC that lies about what was sent directly is caught", () => {
  /** Entries 0 to 4 in blocks of their own, with batches in between. */
  const honest = new Community();
  for (let i = 0; i < 5; i++) {
    honest.submitDirect(100 + 2 * i, entryOf(i + 1, 1, 2));
    honest.publish(101 + 2 * i, entryOf(i + 10, 1, 2));
  }
  const { rpc, registry } = honest.chain;
  const source = { chainId: FAKE_CHAIN_ID, registry, logId: LOG_ID };
  const isDirect = ({ topics }: RawEvent): boolean => topics[0] === EVENT_TOPICS.EntrySubmitted;

  /** What reading gives when the direct entries of the RPC's answer are changed, each staying in its place. */
  async function readChanged(change: (direct: RawEvent[]) => RawEvent[]): Promise<unknown> {
    const lying: Rpc = async (method, params) => {
      const answer = await rpc(method, params);
      if (method !== "eth_getLogs") return answer;
      const events = structuredClone(answer) as RawEvent[];
      const direct = change(events.filter(isDirect));
      const all = [...events.filter((event) => !isDirect(event)), ...direct];
      return all.sort((a, b) => Number(a.blockNumber) - Number(b.blockNumber));
    };
    return readLog(lying, source).catch((error: unknown) => error);
  }
  const withData = (event: RawEvent, { data }: RawEvent): RawEvent => ({ ...event, data });
  const at = fc.nat(4);

  it("while one that does not is believed", async () => {
    const log = await readChanged((direct) => direct);
    expect(log).toMatchObject({ directEntries: [0, 1, 2, 3, 4].map((index) => ({ index })) });
  });

  it("when it hides any of the entries", async () => {
    const some = fc
      .array(fc.boolean(), { minLength: 5, maxLength: 5 })
      .filter((keep) => keep.includes(false));
    await fc.assert(
      fc.asyncProperty(some, async (keep) => {
        expect(await readChanged((direct) => direct.filter((_, i) => keep[i]))).toEqual(mismatch);
      }),
      { numRuns: 60 },
    );
  });

  it("when it gives any of them twice, or makes one up", async () => {
    await fc.assert(
      fc.asyncProperty(at, at, async (of, after) => {
        const again = (direct: RawEvent[]): RawEvent[] =>
          direct.toSpliced(after + 1, 0, { ...withData(direct[after]!, direct[of]!), logIndex: "0x7" });
        expect(await readChanged(again)).toEqual(mismatch);
      }),
      { numRuns: 25 },
    );
  });

  it("when it reorders them, with or without their places", async () => {
    const pairs = fc.tuple(at, at).filter(([a, b]) => a !== b);
    await fc.assert(
      fc.asyncProperty(pairs, async ([a, b]) => {
        const swapped = (direct: RawEvent[]): RawEvent[] =>
          direct.with(a, withData(direct[a]!, direct[b]!)).with(b, withData(direct[b]!, direct[a]!));
        expect(await readChanged(swapped)).toEqual(mismatch);
      }),
      { numRuns: 25 },
    );
    const reversing: Rpc = async (method, params) => {
      const answer = await rpc(method, params);
      return method === "eth_getLogs"
        ? (answer as RawEvent[]).toSpliced(1, 3, ...(answer as RawEvent[]).slice(1, 4).reverse())
        : answer;
    };
    await expect(readLog(reversing, source)).rejects.toThrow(mismatch);
  });

  it("when it alters any bit of one", async () => {
    const length = entryOf(1, 1, 2).length;
    await fc.assert(
      fc.asyncProperty(at, fc.nat(length * 8 - 1), async (of, bit) => {
        const digit = 2 + 128 + (bit >> 2);
        const altered = await readChanged((direct) => {
          const { data } = direct[of]!;
          const changed = (Number.parseInt(data[digit]!, 16) ^ (1 << (bit & 3))).toString(16);
          return direct.with(of, {
            ...direct[of]!,
            data: data.slice(0, digit) + changed + data.slice(digit + 1),
          });
        });
        expect(altered).toEqual(mismatch);
      }),
      { numRuns: 150 },
    );
  });

  it("when it cuts one short, or encodes it in another way", async () => {
    const codes = new Set<string>();
    for (let word = 0; word < 7; word++) {
      for (const flip of [1, 0x80]) {
        const error = await readChanged((direct) => {
          const bytes = Buffer.from(direct[0]!.data.slice(2), "hex");
          bytes[word * 32 + (flip === 1 ? 31 : 0)]! ^= flip;
          return direct.with(0, { ...direct[0]!, data: `0x${bytes.toString("hex")}` });
        });
        expect(error).toBeInstanceOf(TocsinError);
        codes.add((error as TocsinError).code);
      }
    }
    expect([...codes].sort()).toEqual(["LOG_EVENT_INVALID", "LOG_HEAD_MISMATCH"]);
  });

  it("when it keeps the events of another time: both heads are of one block", async () => {
    const community = withoutRelayer();
    community.submitDirect(SENT, entryOf(1, 1, 8));
    const stale: Rpc = async (method, params) => {
      if (method === "eth_call" && (params[0] as { data: string }).data.length > 0 && params[1] === "0x3")
        return community.chain.rpc(method, [params[0], "0x2"]);
      return community.chain.rpc(method, params);
    };
    await expect(readLog(stale, community.checkOf().source)).rejects.toThrow(mismatch);
  });

  it("when the chain is reorganised under the check, and an entry's block is another one", async () => {
    const community = withoutRelayer();
    community.submitDirect(SENT, entryOf(1, 1, 8));
    community.publish(SENT + 1, entryOf(3, 1, 8));
    const moving: Rpc = async (method, params) => {
      const answer = await community.chain.rpc(method, params);
      if (method !== "eth_getBlockByNumber" || params[0] !== "0x3") return answer;
      return { ...(answer as object), hash: `0x${"99".repeat(32)}` };
    };
    await expect(checkExposures({ ...community.checkOf(met), rpc: moving })).rejects.toThrow(mismatch);
  });
});

describe("nothing about the contacts leaves the device", () => {
  it("the RPC is asked the same, with the time of every entry of the last 14 days, whoever was met", async () => {
    const community = withoutRelayer();
    for (let i = 0; i < 4; i++) community.submitDirect(SENT + i, entryOf(i + 1, 1, 8));
    community.publish(SENT + 9, entryOf(1, 1, 8), entryOf(9, 1, 8));
    const requestsFor = async (...contacts: ContactRecord[]): Promise<string[]> => {
      const requests: string[] = [];
      const input = community.checkOf(...contacts);
      await checkExposures({
        ...input,
        rpc: (method, params) => {
          requests.push(JSON.stringify([method, params]));
          return input.rpc(method, params);
        },
        fetch: (url, init) => {
          requests.push(url);
          return input.fetch(url, init);
        },
      });
      return requests;
    };
    const without = await requestsFor();
    for (const block of ["0x3", "0x4", "0x5", "0x6"]) {
      expect(without).toContain(JSON.stringify(["eth_getBlockByNumber", [block, false]]));
    }
    expect(await requestsFor(met)).toEqual(without);
    expect(await requestsFor(contactOf(2, 2, 1, 2), contactOf(4, 3, 5, 6), met)).toEqual(without);
    expect(await requestsFor(contactOf(77, 1, 20_000, 20_900))).toEqual(without);
  });
});
