import { describe, expect, it } from "vitest";
import { signReceipt, verifyReceipt, receiptSigner } from "@tocsin/protocol/receipt/receipt.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { Intake, MAX_PENDING } from "./intake.ts";
import { FixedSigner } from "./support/fixedSigner.ts";
import { FixedVerifier } from "./support/fixedVerifier.ts";
import { MemoryEntries } from "./support/memoryEntries.ts";

const [operatorKey, decoyKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const log = { chainId: 1, registry: new Uint8Array(20).fill(3), logId: 4 };
const promise = { ...log, leaf: new Uint8Array(32), deadline: 0 };
const operator = receiptSigner(signReceipt(promise, operatorKey));

function intakeOf({ clock = 1_000, chain }: { clock?: number; chain?: number } = {}): {
  intake: Intake;
  database: MemoryEntries;
  signer: FixedSigner;
  verifier: FixedVerifier;
} {
  const database = new MemoryEntries();
  const signer = new FixedSigner(log, { operator: operatorKey, decoy: decoyKey });
  const verifier = new FixedVerifier();
  const intake = new Intake(
    {
      database,
      verifier,
      signer,
      clock: { now: () => clock },
      chainTime: () => chain,
    },
    { maxSpan: 1, anchorWithin: 600 },
  );
  return { intake, database, signer, verifier };
}

function reportOf(number: number): Uint8Array {
  const rak = new Uint8Array(32).fill(number);
  return createSignedReport(rak, { j1: 1, j2: 1, memoType: 0, memo: new Uint8Array(20) }).bytes;
}

describe("a receipt", () => {
  it.each([
    ["this machine's clock", undefined, 1_600],
    ["this machine's clock, where the chain is behind", 900, 1_600],
    ["the chain, where that is ahead", 5_000, 5_600],
  ])("counts its deadline from %s", async (_, chain, deadline) => {
    const { intake } = intakeOf(chain === undefined ? {} : { chain });
    const receipt = await intake.receiptOf(await intake.accept(reportOf(1)));
    expect(receipt.deadline).toBe(deadline);
    expect(() => verifyReceipt(receipt, operator)).not.toThrow();
  });

  it("is the first one, however often the report is sent", async () => {
    const { intake, database } = intakeOf();
    const entries = await Promise.all(Array.from({ length: 5 }, () => intake.accept(reportOf(1))));
    const again = await intake.accept(reportOf(1));
    const receipt = await intake.receiptOf(again);
    for (const entry of entries) expect(await intake.receiptOf(entry)).toEqual(receipt);
    expect(database.size).toBe(1);
  });
});

it("keeps a report whose receipt can't be signed, and signs the first one's when that is possible again", async () => {
  const { intake, database, signer } = intakeOf();
  signer.fails = true;
  const entry = await intake.accept(reportOf(1));
  await expect(intake.receiptOf(entry)).rejects.toMatchObject({ code: "SIGNER_UNAVAILABLE" });
  await expect(intake.acceptDummy()).rejects.toMatchObject({ code: "SIGNER_UNAVAILABLE" });
  signer.fails = false;
  const again = await intake.accept(reportOf(1));
  expect(await intake.receiptOf(again)).toEqual(await intake.receiptOf(entry));
  expect(database.size).toBe(1);
});

it("keeps nothing that can't be verified, of reports and dummies alike, and takes it when that is possible again", async () => {
  const { intake, database, verifier } = intakeOf();
  verifier.fails = true;
  await expect(intake.accept(reportOf(1))).rejects.toMatchObject({ code: "VERIFIER_UNAVAILABLE" });
  await expect(intake.acceptDummy()).rejects.toMatchObject({ code: "VERIFIER_UNAVAILABLE" });
  expect(database.groups).toEqual([]);
  verifier.fails = false;
  await intake.accept(reportOf(1));
  await intake.acceptDummy();
  expect(database.size).toBe(1);
});

describe("a dummy", () => {
  it("passes the filters whatever the policy, is committed like a report, and leaves nothing", async () => {
    const { intake, database } = intakeOf();
    await intake.acceptDummy();
    expect(database.groups).toEqual([{ entries: 0, dummies: 1 }]);
    expect(database.size).toBe(0);
  });

  it("gets what looks like a receipt and binds the operator to nothing", async () => {
    const { intake } = intakeOf();
    const [one, other] = [await intake.acceptDummy(), await intake.acceptDummy()];
    expect(one.leaf).not.toEqual(other.leaf);
    expect([27, 28]).toContain(one.signature[64]);
    expect(receiptSigner(one)).toHaveLength(20);
    expect(() => verifyReceipt(one, operator)).toThrow();
  });
});

it("refuses uploads beyond those that may be under way, and takes them again later", async () => {
  const { intake, database } = intakeOf();
  const release = database.hold();
  const report = reportOf(1);
  const waiting = Array.from({ length: MAX_PENDING }, () => intake.accept(report));
  await expect(intake.accept(reportOf(2))).rejects.toMatchObject({
    code: "OVERLOADED",
    remedy: { retryAfter: 5 },
  });
  await expect(intake.acceptDummy()).rejects.toMatchObject({ code: "OVERLOADED" });
  release();
  await Promise.all(waiting);
  await intake.accept(reportOf(2));
  expect(database.size).toBe(2);
});
