import { describe, expect, it } from "vitest";
import { encodeEntry, reportEntry } from "../entry/entry.ts";
import { verifyProof } from "../log/proofFile.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { MAX_SPAN } from "../match/limits.ts";
import { checkExposures } from "./checkExposures.ts";
import type { CheckProgress } from "./progress.ts";
import type { Rpc } from "./rpc.ts";
import { Community, contactOf, entryOf, GATEWAY, LOG_ID, proofOf, reportOf } from "./support/community.ts";
import { verifyProofOnChain } from "./verifyOnChain.ts";

const ANCHORED = 100_000;
const noise = (): Uint8Array => entryOf(200, 1, 3);

/** A community with one report of person 1, numbers 1 to 8, anchored at ANCHORED. */
function withReport(): Community {
  const community = new Community();
  community.publish(50_000, noise());
  community.publish(ANCHORED, entryOf(1, 1, 8), entryOf(2, 1, 8), noise());
  return community;
}

describe("a check", () => {
  it("finds the contacts of a reporter, joined into exposures, newest first, each with its proof", async () => {
    const community = withReport();
    const near = [contactOf(1, 2, 20_000, 20_400), contactOf(1, 3, 20_900, 21_000)];
    const later = contactOf(1, 7, 40_000, 40_100);
    const stranger = contactOf(9, 1, 20_000, 20_900);
    const result = await checkExposures(community.checkOf(later, ...near, stranger));
    expect(
      result.exposures.map(({ firstSeen, lastSeen, samples }) => [firstSeen, lastSeen, samples]),
    ).toEqual([
      [40_000, 40_100, 3],
      [20_000, 21_000, 6],
    ]);
    expect(result.exposures[1]?.contacts).toEqual(near);
    expect(result).toMatchObject({
      replays: [],
      faults: [],
      counts: { batches: 2, reports: 4, unknownEntries: 0, unreadableReports: 0, forgedReports: 0 },
    });
    for (const exposure of result.exposures) {
      const [matched, ...others] = exposure.reports;
      expect(others).toEqual([]);
      expect(matched?.report.bytes).toEqual(reportOf(1, 1, 8).bytes);
      expect(matched?.anchoredAt).toBe(ANCHORED);
      expect(verifyProof(proofOf(matched))).toEqual(result.log.head);
      expect(await verifyProofOnChain(community.chain.rpc, proofOf(matched))).toMatchObject({
        anchoredAt: ANCHORED,
        finalized: true,
      });
    }
  });

  it("keeps reporters apart, though they were met together", async () => {
    const { exposures } = await checkExposures(
      withReport().checkOf(contactOf(1, 2, 20_000, 20_400), contactOf(2, 2, 20_000, 20_400)),
    );
    expect(exposures.map((exposure) => exposure.reports[0]?.report.rvk)).toEqual(
      expect.arrayContaining([reportOf(1, 1, 1).rvk, reportOf(2, 1, 1).rvk]),
    );
    expect(exposures).toHaveLength(2);
  });

  it("finds nothing among strangers, and in an empty log", async () => {
    const met = contactOf(9, 1, 20_000, 20_900);
    expect((await checkExposures(withReport().checkOf(met))).exposures).toEqual([]);
    expect((await checkExposures(new Community().checkOf(met))).counts).toMatchObject({
      batches: 0,
      reports: 0,
    });
  });

  it("tells how far it is", async () => {
    const seen: CheckProgress[] = [];
    const input = withReport().checkOf(contactOf(1, 2, 20_000, 20_400));
    await checkExposures({ ...input, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ phase, done, total }) => `${phase} ${done}/${total}`)).toEqual([
      "log 0/1",
      "log 1/1",
      "batches 0/2",
      "batches 1/2",
      "batches 2/2",
      "hits 0/1",
      "hits 1/1",
    ]);
  });
});

describe("a contact seen after its report was public", () => {
  const lastSeenOf = async (contact: ContactRecord): Promise<number | undefined> =>
    (await checkExposures(withReport().checkOf(contact))).exposures[0]?.lastSeen;

  it("is a replay, no exposure", async () => {
    const replayed = contactOf(1, 2, ANCHORED + 1, ANCHORED + 500);
    const met = contactOf(1, 3, ANCHORED - 500, ANCHORED - 100);
    const { exposures, replays } = await checkExposures(withReport().checkOf(replayed, met));
    expect(replays).toEqual([replayed]);
    expect(exposures.map(({ contacts }) => contacts)).toEqual([[met]]);
  });

  it("counts up to that moment when it began before", async () => {
    expect(await lastSeenOf(contactOf(1, 2, ANCHORED - 300, ANCHORED + 900))).toBe(ANCHORED);
    expect(await lastSeenOf(contactOf(1, 2, ANCHORED, ANCHORED + 900))).toBe(ANCHORED);
    expect(await lastSeenOf(contactOf(1, 2, ANCHORED - 300, ANCHORED))).toBe(ANCHORED);
    expect(await lastSeenOf(contactOf(1, 2, ANCHORED - 300, ANCHORED - 1))).toBe(ANCHORED - 1);
    expect(await lastSeenOf(contactOf(1, 2, ANCHORED + 1, ANCHORED + 1))).toBeUndefined();
  });

  it("stays a replay when the same report is anchored again later", async () => {
    const community = withReport();
    community.publish(ANCHORED + 9_000, entryOf(1, 1, 8), noise());
    const replayed = contactOf(1, 2, ANCHORED + 100, ANCHORED + 500);
    const met = contactOf(1, 3, ANCHORED - 900, ANCHORED - 100);
    const { exposures, replays, counts } = await checkExposures(community.checkOf(replayed, met));
    expect(replays).toEqual([replayed]);
    expect(exposures).toHaveLength(1);
    expect(exposures[0]?.reports.map(({ anchoredAt }) => anchoredAt)).toEqual([ANCHORED]);
    expect(counts.reports).toBe(6);
  });

  it("stays a replay when another report of the same numbers follows", async () => {
    const community = withReport();
    community.publish(ANCHORED + 9_000, entryOf(1, 1, 9));
    const replayed = contactOf(1, 2, ANCHORED + 100, ANCHORED + 500);
    const met = contactOf(1, 3, ANCHORED - 900, ANCHORED - 100);
    const { exposures, replays } = await checkExposures(community.checkOf(replayed, met));
    expect(replays).toEqual([replayed]);
    expect(exposures[0]?.reports.map(({ anchoredAt }) => anchoredAt)).toEqual([ANCHORED, ANCHORED + 9_000]);
  });
});

describe("what is no good report", () => {
  const met = contactOf(1, 2, 20_000, 20_400);

  it("is never shown when its signature is forged, and counted", async () => {
    const community = new Community();
    const forged = new Uint8Array(reportOf(1, 1, 8).bytes);
    forged[75]! ^= 1; // another memo under the same signature
    community.publish(ANCHORED, reportEntry(forged), noise());
    const { exposures, replays, counts } = await checkExposures(community.checkOf(met));
    expect([exposures, replays]).toEqual([[], []]);
    expect(counts).toMatchObject({ reports: 2, forgedReports: 1 });
    community.publish(ANCHORED + 5_000, entryOf(1, 1, 8));
    const after = await checkExposures(community.checkOf(met));
    expect(after.exposures[0]?.reports.map(({ anchoredAt }) => anchoredAt)).toEqual([ANCHORED + 5_000]);
    expect(after.counts.forgedReports).toBe(1);
  });

  it("is skipped when its kind is unknown, and its batch still verified", async () => {
    const community = new Community();
    const others = [0, 2, 3, 255].map((kind) => encodeEntry({ kind, body: new Uint8Array(9) }));
    community.publish(ANCHORED, ...others, entryOf(1, 1, 8));
    const { exposures, counts, falseFilters } = await checkExposures(community.checkOf(met));
    expect(exposures).toHaveLength(1);
    expect(counts).toMatchObject({ reports: 1, unknownEntries: 3, unreadableReports: 0 });
    expect(falseFilters, "an entry of kind 2 that names no filter").toEqual([0]);
    verifyProof(proofOf(exposures[0]?.reports[0]));
  });

  it("is skipped when it is no report, or asks for more numbers than the cap", async () => {
    const community = new Community();
    const broken = reportEntry(reportOf(1, 1, 8).bytes.subarray(0, 133));
    community.publish(ANCHORED, broken, entryOf(1, 1, MAX_SPAN + 1), entryOf(1, 1, MAX_SPAN));
    const { exposures, counts } = await checkExposures(community.checkOf(met));
    expect(exposures[0]?.reports.map(({ report }) => report.j2)).toEqual([MAX_SPAN]);
    expect(counts).toMatchObject({ reports: 1, unreadableReports: 2 });
  });
});

describe("a check that cannot see everything fails", () => {
  const met = contactOf(1, 2, 20_000, 20_400);

  it("when a gateway serves other bytes, unless another one is listed", async () => {
    const community = withReport();
    const input = community.checkOf(met);
    const fetch: typeof input.fetch = async (url, init) =>
      url.startsWith("https://liar.example/") ? new Response("something else") : input.fetch(url, init);
    await expect(checkExposures({ ...input, fetch, gateways: ["https://liar.example"] })).rejects.toThrow(
      expect.objectContaining({ code: "BATCH_DIGEST_MISMATCH" }),
    );
    const both = await checkExposures({ ...input, fetch, gateways: ["https://liar.example", GATEWAY] });
    expect(both.exposures).toHaveLength(1);
    expect(both.faults.map(({ code }) => code)).toEqual(["BATCH_DIGEST_MISMATCH", "BATCH_DIGEST_MISMATCH"]);
    await expect(checkExposures({ ...input, gateways: [] })).rejects.toThrow(
      expect.objectContaining({ code: "BATCH_UNAVAILABLE" }),
    );
  });

  it("when the log anchors a batch that its file is not", async () => {
    const community = withReport();
    const { tree, cidDigest } = community.batches[1]!;
    for (const [batch, code] of [
      [{ root: tree.root, cidDigest, count: 4 }, "BATCH_COUNT_MISMATCH"],
      [{ root: cidDigest, cidDigest, count: 3 }, "BATCH_ROOT_MISMATCH"],
    ] as const) {
      community.chain.mine(ANCHORED + 1, { name: "append", logId: LOG_ID, batch });
      await expect(checkExposures(community.checkOf(met))).rejects.toThrow(expect.objectContaining({ code }));
      community.chain.dropBlocks(1);
    }
  });

  it("when the chain is reorganised under it, or the RPC is wrong about a batch's block", async () => {
    const community = withReport();
    const { rpc } = community.chain;
    const moving: Rpc = async (method, params) => {
      const answer = await rpc(method, params);
      if (method !== "eth_getBlockByNumber" || params[0] !== "0x3") return answer;
      return { ...(answer as object), hash: `0x${"99".repeat(32)}` };
    };
    // Block 3 holds the report. The newest block is asked for by its tag.
    await expect(checkExposures({ ...community.checkOf(met), rpc: moving })).rejects.toThrow(
      expect.objectContaining({ code: "LOG_HEAD_MISMATCH" }),
    );
  });

  it("when it is aborted", async () => {
    const controller = new AbortController();
    const input = withReport().checkOf(met);
    const fetch: typeof input.fetch = (url, init) => {
      controller.abort(new Error("enough"));
      return input.fetch(url, init);
    };
    await expect(checkExposures({ ...input, fetch, signal: controller.signal })).rejects.toThrow("enough");
  });
});

describe("nothing about the contacts leaves the device", () => {
  it("neither RPC nor gateways are asked for anything else when there are hits", async () => {
    const requestsFor = async (...contacts: ContactRecord[]): Promise<string[]> => {
      const input = withReport().checkOf(...contacts);
      const requests: string[] = [];
      await checkExposures({
        ...input,
        rpc: (method, params) => {
          requests.push(JSON.stringify([method, params]));
          return input.rpc(method, params);
        },
        fetch: (url, init) => {
          requests.push(`${url} ${JSON.stringify(init.headers)}`);
          return input.fetch(url, init);
        },
      });
      return requests;
    };
    const without = await requestsFor();
    expect(without.length).toBeGreaterThan(5);
    expect(await requestsFor(contactOf(1, 2, 20_000, 20_400), contactOf(2, 3, 1, 2))).toEqual(without);
    expect(await requestsFor(contactOf(9, 1, 20_000, 20_400))).toEqual(without);
  });
});
