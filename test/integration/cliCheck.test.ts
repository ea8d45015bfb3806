import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
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
        exposures: [
          {
            firstSeen: first!.firstSeen,
            lastSeen: third!.lastSeen,
            durationSeconds: third!.lastSeen - first!.firstSeen,
            minDistance: 1.5,
            averageDistance: expect.closeTo(10 / 3, 5) as number,
            samples: 30,
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
    const text = await world.check();
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("Possible exposures: 1");
    expect(text.stdout).toContain("nearest 1.5 m, on average 3.3 m");
    expect(text.stdout).toContain("dry cough, mild fever");
    expect(text.stdout).toContain(`leaf ${world.meeting.leaf}`);
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
      return JSON.stringify([world.proxy.calls, world.gateway.requests]);
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
