import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import { DEFAULT_RISK_POLICY } from "@tocsin/protocol/match/risk.ts";
import { addressBytes } from "../support/deploy.ts";
import { startGateway } from "../support/gateway.ts";
import { jsonLines } from "../support/tocsin.ts";
import { openCheckedLog, type CheckedLog } from "./support/checkedLog.ts";
import { contactFile, contactOf } from "./support/meeting.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let world: CheckedLog;
beforeAll(async () => {
  world = await openCheckedLog();
});
afterAll(() => world.close());

describe("tocsin check", () => {
  it("finds the exposure, and says when, how long, how near, what was reported and where it is anchored", async () => {
    const { code, stdout } = await world.check({ more: ["--json"] });
    expect(code).toBe(0);
    const [first, , third] = world.meeting.contacts;
    const anchor = (await world.anvil.rpc("eth_getBlockByNumber", [
      `0x${world.log.batches[1]!.blockNumber.toString(16)}`,
      false,
    ])) as { timestamp: string };
    expect(jsonLines(stdout)).toEqual([
      {
        log: {
          chainId: world.anvil.chainId,
          registry: world.log.registry.toLowerCase(),
          logId: world.log.logId,
          operator: world.log.operator.address.toLowerCase(),
          size: 3,
          total: world.log.state.total,
          head: to0x(headOf(addressBytes(world.log.operator.address), world.log.state)),
          block: expect.objectContaining({ number: expect.any(Number) as number }) as object,
        },
        contacts: { read: 3, broken: [] },
        policy: [
          "Longer than 5 minutes",
          "Nearer than 3 metres on average, or not measured",
          "In the last 14 days",
          "Whatever was reported",
        ],
        exposures: [
          {
            firstSeen: first!.firstSeen,
            lastSeen: third!.lastSeen,
            durationSeconds: third!.lastSeen - first!.firstSeen,
            minDistance: 1.5,
            averageDistance: expect.closeTo(10 / 3, 5) as number,
            samples: 30,
            relevant: false,
            reasons: ["Not nearer than 3 metres on average"],
            reports: [
              expect.objectContaining({
                leaf: world.meeting.leaf,
                lane: "batch",
                seq: 1,
                anchoredAt: Number(anchor.timestamp),
                memoType: 0,
                cough: "dry",
                fever: "mild",
                symptoms: [],
                memoInWords: expect.stringMatching(
                  /^reported on \d{4}-\d\d-\d\d, dry cough, mild fever$/,
                ) as string,
              }),
            ],
          },
        ],
        replays: [],
        counts: {
          batches: 3,
          rememberedBatches: 0,
          passedBatches: 0,
          olderBatches: 0,
          directEntries: 0,
          olderDirectEntries: 0,
          olderContacts: 0,
          reports: expect.any(Number) as number,
          unknownEntries: 1,
          unreadableReports: 0,
          forgedReports: 1,
        },
        faults: [],
        falseFilters: [],
      },
    ]);
    writeFileSync(world.at("far.json"), JSON.stringify({ ...DEFAULT_RISK_POLICY, nearerThan: 4 }));
    const text = await world.check({ more: ["--policy", world.at("far.json")] });
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^Possible exposures: 1\n/);
    expect(text.stdout).toContain("\n  relevant\n");
    expect(text.stdout).toContain("\n  Nearer than 4 metres on average, or not measured\n");
    expect(text.stdout).toContain("nearest 1.5 m, on average 3.3 m");
    expect(text.stdout).toContain("dry cough, mild fever");
    expect(text.stdout).toContain(`leaf ${world.meeting.leaf}`);
  });

  it("shows what is less relevant too, after what is relevant, with the reasons and in no alarm", async () => {
    const [first, second] = world.meeting.contacts;
    const near = { ...contactOf(world.meeting.key, 12, 1), averageDistance: 1.5 };
    writeFileSync(world.at("both"), contactFile([first!, near]));
    writeFileSync(world.at("brief"), contactFile([{ ...second!, lastSeen: second!.firstSeen + 60 }]));
    const both = await world.check({ contacts: "both" });
    expect(both.stdout).toMatch(/^Possible exposures: 1, and less relevant: 1\n/);
    expect(both.stdout).toMatch(
      /\n {2}relevant\n[^]*\n {2}less relevant: Not nearer than 3 metres on average\n/,
    );
    const brief = await world.check({ contacts: "brief" });
    expect(brief.stdout).toMatch(/^Less relevant encounters with people who reported: 1\n/);
    expect(brief.stdout).toContain("\n  less relevant: Not longer than 5 minutes\n");
    expect(brief.stdout).not.toMatch(/Possible exposure|Nothing detected/);
  });

  it("refuses a policy that is none, before it asks anybody", async () => {
    writeFileSync(world.at("bad.json"), JSON.stringify({ withinDays: 15, kinds: ["symptoms"] }));
    world.proxy.calls.length = 0;
    const { code, stdout, stderr } = await world.check({ more: ["--policy", world.at("bad.json")] });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/error POLICY_INVALID: .*bad\.json: policy\.withinDays must be/);
    expect(world.proxy.calls).toEqual([]);
  });

  it("detects nothing for somebody who was elsewhere", async () => {
    const { code, stdout } = await world.check({ contacts: "sourabh" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Nothing detected\.\n/);
    expect(stdout).toContain("Verified: 3 batches");
    expect(stdout).toContain("entries of a kind that this version does not know: 1");
  });

  it("calls a number that was seen only after its report a replay", async () => {
    const now = Math.floor(Date.now() / 1000);
    const late = { ...contactOf(world.meeting.key, 5, 1), firstSeen: now + 7_200, lastSeen: now + 7_300 };
    writeFileSync(world.at("replayed"), contactFile([late]));
    const { code, stdout } = await world.check({ contacts: "replayed", more: ["--json"] });
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([{ exposures: [], replays: [{ tcn: toHex(late.tcn) }] }]);
  });

  it("asks the RPC and the gateway the same, whoever was met", async () => {
    const askedFor = async (contacts: string): Promise<string> => {
      world.proxy.calls.length = world.gateway.requests.length = 0;
      await world.check({ contacts });
      const calls = world.proxy.calls.map((call) => JSON.stringify(call));
      return JSON.stringify([calls.sort(), world.gateway.requests.toSorted()]);
    };
    const asked = await askedFor("vitalik");
    expect(asked).toContain("eth_getLogs");
    expect(asked).toBe(await askedFor("sourabh"));
    for (const { tcn } of world.meeting.contacts) expect(asked).not.toContain(toHex(tcn));
  });

  it("names the broken lines of a contact file and uses the rest", async () => {
    const [one, two, three] = contactFile(world.meeting.contacts).trimEnd().split("\n");
    writeFileSync(world.at("broken"), [one, "{", two, "", '{"tcn":"00"}', three].join("\n"));
    const { code, stdout, stderr } = await world.check({ contacts: "broken", more: ["--json"] });
    expect(code).toBe(0);
    expect(stderr).toMatch(/line 2 is passed over: .*\n.*line 5 is passed over: /);
    expect(jsonLines(stdout)).toMatchObject([
      { contacts: { read: 3, broken: [{ line: 2 }, { line: 5 }] }, exposures: [{ samples: 30 }] },
    ]);
    writeFileSync(world.at("hopeless"), "{\n[]\n");
    const hopeless = await world.check({ contacts: "hopeless" });
    expect(hopeless).toMatchObject({ code: 2, stdout: "" });
    expect(hopeless.stderr).toMatch(/error INPUT_UNREADABLE: no line of/);
    expect(await world.check({ contacts: "missing" })).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("tocsin check and a gateway that lies", () => {
  it("refuses other bytes than the CID names", async () => {
    const { code, stdout, stderr } = await world.check({ gateways: [world.liar.url] });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error BATCH_DIGEST_MISMATCH: /m);
  });

  it("takes the right bytes from the next gateway and lists the fault", async () => {
    const { code, stdout, stderr } = await world.check({
      gateways: [world.liar.url, world.gateway.url],
      more: ["--json"],
    });
    expect(code).toBe(0);
    expect(stderr).toContain(`gateway ${world.liar.url}: `);
    const fault = expect.objectContaining({
      gateway: world.liar.url,
      code: "BATCH_DIGEST_MISMATCH",
    }) as object;
    expect(jsonLines(stdout)).toMatchObject([{ exposures: [{}], faults: [fault, fault, fault] }]);
  });

  it("does not say that nothing was detected where a batch cannot be had", async () => {
    const empty = await startGateway();
    const { code, stdout, stderr } = await world.check({ contacts: "sourabh", gateways: [empty.url] });
    await empty.stop();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error BATCH_UNAVAILABLE: /m);
  });
});
