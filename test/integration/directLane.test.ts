import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog, type VerifiedLog } from "@tocsin/protocol/check/readLog.ts";
import { MAX_DIRECT_ENTRY_LENGTH } from "@tocsin/protocol/entry/entry.ts";
import { registryAbi } from "@tocsin/protocol/log/abi.ts";
import { addressBytes, type TestLog } from "../support/deploy.ts";
import { RelayerBench, submit, untilState } from "../support/relayerBench.ts";
import { jsonLines, tocsin, type Run } from "../support/tocsin.ts";
import { contactFile, meet, type Meeting } from "./support/meeting.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

const tenHoursAgo = Math.floor(Date.now() / 1000) - 10 * 3_600;
const [refused, taken]: [Meeting, Meeting] = [meet(tenHoursAgo), meet(tenHoursAgo)];
let bench: RelayerBench;
let log: TestLog;
let folder: string;

beforeAll(async () => {
  bench = await RelayerBench.start();
  log = await bench.openLog();
  folder = bench.newFolder();
  writeFileSync(at("contacts"), contactFile([...refused.contacts, ...taken.contacts]));
  writeFileSync(at("report.hex"), `${toHex(refused.report)}\n`);
});
afterAll(() => bench.stop());

const at = (name: string): string => join(folder, name);
const sender = (): { address: string; privateKey: string } => bench.anvil.accounts[4]!;
const source = (): string[] => [
  ...["--rpc", bench.anvil.url, "--registry", log.registry, "--log", String(log.logId)],
];
const read = (): Promise<VerifiedLog> =>
  readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
const submitDirect = (...more: string[]): Promise<Run> =>
  tocsin(["report", "submit-direct", ...source(), ...more], {
    env: { TOCSIN_PRIVATE_KEY: sender().privateKey },
  });
const check = (gateway: string, ...more: string[]): Promise<Run> =>
  tocsin(["check", "--contacts", at("contacts"), ...source(), "--gateway", gateway, ...more]);

describe("going around a relayer that does not answer", () => {
  it("a report that is sent to the contract is found, and the relayer's head stays where it was", async () => {
    const before = await read();
    const sent = await submitDirect("--json", at("report.hex"));
    expect(sent.code, sent.stderr).toBe(0);
    const [{ transactionHash, blockNumber }] = jsonLines(sent.stdout) as [
      { transactionHash: string; blockNumber: number },
    ];
    expect(jsonLines(sent.stdout)).toEqual([
      { leaf: refused.leaf, transactionHash, blockNumber, sent: true },
    ]);
    const transaction = (await bench.anvil.rpc("eth_getTransactionByHash", [transactionHash])) as {
      from: string;
      blockNumber: string;
    };
    expect(transaction.from).toBe(sender().address.toLowerCase());
    expect(Number(transaction.blockNumber)).toBe(blockNumber);

    const after = await read();
    expect(after.head).toEqual(before.head);
    expect(after.directEntries.map(({ entry }) => entry)).toEqual([refused.entry]);

    // Nobody listens at that gateway: what was sent directly needs none.
    const found = await check("http://127.0.0.1:9", "--json", "--proofs", at("proofs"));
    expect(found.code, found.stderr).toBe(0);
    expect(jsonLines(found.stdout)).toMatchObject([
      {
        exposures: [
          {
            samples: 30,
            reports: [
              { leaf: refused.leaf, lane: "direct", index: 0, transactionHash, blockNumber, cough: "dry" },
            ],
          },
        ],
        counts: { batches: 0, directEntries: 1, reports: 1 },
      },
    ]);
    expect(found.stdout).not.toContain("proofFile");
    const { stdout } = await check("http://127.0.0.1:9");
    expect(stdout).toContain("dry cough, mild fever; sent directly to the contract at ");
    expect(stdout).toContain(`leaf ${refused.leaf}, transaction ${transactionHash} in block ${blockNumber}`);
    expect(stdout).toContain("and 1 entries sent to the contract directly");
  });

  it("nothing is sent twice", async () => {
    const { length } = (await read()).directEntries;
    const again = await submitDirect(at("report.hex"));
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain(`${refused.leaf}  sent directly already, in transaction 0x`);
    expect((await read()).directEntries).toHaveLength(length);
  });

  it("the sender is told beforehand what it costs and how to lessen that", async () => {
    writeFileSync(
      at("more.hex"),
      [meet(tenHoursAgo), meet(tenHoursAgo)].map(({ report }) => toHex(report)).join("\n"),
    );
    const { code, stdout, stderr } = await submitDirect(at("more.hex"));
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stderr).toMatch(
      /^The address of the sending account is attached to each of these reports for ever/,
    );
    expect(stderr).toMatch(/links them to each other.*fresh account.*somebody else/);
    expect(stderr.indexOf("is attached to")).toBeLessThan(stderr.indexOf(`sending from ${sender().address}`));
    expect(stdout + stderr).not.toContain(sender().privateKey.slice(2));
  });

  it("a relayer that comes back goes on with its log, and readers find both", async () => {
    const relayer = await bench.relayer(log);
    const accepted = await submit(relayer.url, taken.report);
    await untilState(relayer.url, accepted.json.leaf, "anchored");
    // The report, and the entry that names the batch's filter.
    expect((await read()).state).toMatchObject({ size: 1, total: 2 });
    const found = await check(relayer.url, "--json");
    const [{ exposures, counts }] = jsonLines(found.stdout) as [
      { exposures: { reports: { leaf: string; lane: string }[] }[]; counts: object },
    ];
    expect(counts).toMatchObject({ batches: 1, directEntries: 3, reports: 4 });
    const lanes = exposures.flatMap(({ reports }) => reports.map(({ leaf, lane }) => [leaf, lane]));
    expect(lanes.sort()).toEqual(
      [
        [refused.leaf, "direct"],
        [taken.leaf, "batch"],
      ].sort(),
    );
  });
});

describe("what cannot be sent directly", () => {
  const abi = new Interface(registryAbi);

  it.each([0, MAX_DIRECT_ENTRY_LENGTH + 1, 4_096])(
    "an entry of %d bytes, to the contract",
    async (length) => {
      const call = (size: number, logId = log.logId): Promise<unknown> =>
        bench.anvil.rpc("eth_estimateGas", [
          {
            from: sender().address,
            to: log.registry,
            data: abi.encodeFunctionData("submitDirect", [logId, to0x(new Uint8Array(size))]),
          },
        ]);
      await expect(call(length)).rejects.toThrow(/revert/);
      await expect(call(MAX_DIRECT_ENTRY_LENGTH, 77)).rejects.toThrow(/revert/);
      await expect(call(MAX_DIRECT_ENTRY_LENGTH)).resolves.toMatch(/^0x/);
      await expect(call(1)).resolves.toMatch(/^0x/);
    },
  );

  it("reports of which one is forged, cut or too long: none of them is sent", async () => {
    const before = await read();
    const good = toHex(meet(tenHoursAgo).report);
    const forged = good.replace(/.{2}$/, (end) => (end === "00" ? "01" : "00"));
    for (const [bad, code] of [
      [forged, "REPORT_SIGNATURE_INVALID"],
      [good.slice(0, -2), "REPORT_TRUNCATED"],
      [`${good}00`, "REPORT_TRAILING_BYTES"],
    ] as const) {
      writeFileSync(at("bad.hex"), `${good}\n${bad}\n`);
      const { code: exit, stdout, stderr } = await submitDirect(at("bad.hex"));
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^error ${code}: line 2: `));
    }
    writeFileSync(at("bad.hex"), "");
    expect(await submitDirect(at("bad.hex"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error INPUT_UNREADABLE: /),
    });
    expect((await read()).directHead).toEqual(before.directHead);
  });

  it("a report to a log that is not there, or without a key", async () => {
    const nowhere = await submitDirect("--log", "77", at("report.hex"));
    expect(nowhere).toMatchObject({ code: 1, stdout: "" });
    expect(nowhere.stderr).toMatch(/^error LOG_UNKNOWN: /);
    const keyless = await tocsin(["report", "submit-direct", ...source(), at("report.hex")], {
      env: { TOCSIN_PRIVATE_KEY: "" },
    });
    expect(keyless).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error USAGE_INVALID: no private key/),
    });
  });
});
