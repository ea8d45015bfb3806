import { concat, keccak256, randomBytes, sha256, ZeroHash } from "ethers";
import { expect, test } from "vitest";
import { appendTo, as, deployLog, eventsOf, randomBatch, revertOf } from "./support/registry.ts";

test("anyone puts entries of 1 to 390 bytes into a log's direct lane, which is a hash chain", async () => {
  const { registry, stranger, other, log } = await deployLog(2);
  let head = ZeroHash;
  expect(await registry.directHeadOf!(1n)).toBe(head);
  for (const [sender, length] of [
    [stranger, 1],
    [other, 390],
    [stranger, 135],
  ] as const) {
    const entry = `0x${Buffer.from(randomBytes(length)).toString("hex")}`;
    const submitted = as(registry, sender).submitDirect!(1n, entry);
    expect(await eventsOf(registry, submitted)).toEqual([["EntrySubmitted", [1n, entry]]]);
    head = keccak256(concat([head, sha256(concat(["0x00", entry]))]));
    expect(await registry.directHeadOf!(1n)).toBe(head);
    expect(await registry.headOf!(1n)).toBe(log.head());
  }
});

test("an entry submitted twice stands in the lane twice, and an append between moves the log's head only", async () => {
  const { registry, log } = await deployLog(0);
  await registry.submitDirect!(1n, "0x01");
  const once: unknown = await registry.directHeadOf!(1n);
  await appendTo(registry, 1n, log, randomBatch());
  expect(await registry.directHeadOf!(1n)).toBe(once);
  await registry.submitDirect!(1n, "0x01");
  expect(await registry.directHeadOf!(1n)).not.toBe(once);
  expect(await registry.headOf!(1n)).toBe(log.head());
});

test("lanes of two logs do not touch each other", async () => {
  const { registry, operator } = await deployLog(0);
  await registry.openLog!(operator.address, "");
  await registry.submitDirect!(2n, "0x01");
  expect(await registry.directHeadOf!(1n)).toBe(ZeroHash);
});

test("an empty entry, a longer one and one for no log are refused", async () => {
  const { registry } = await deployLog(0);
  const refusal = (logId: bigint, length: number): Promise<string> =>
    revertOf(registry, registry.submitDirect!(logId, `0x${"00".repeat(length)}`));
  expect(await refusal(1n, 0)).toBe("EntrySizeInvalid(0)");
  expect(await refusal(1n, 391)).toBe("EntrySizeInvalid(391)");
  expect(await refusal(1n, 5000)).toBe("EntrySizeInvalid(5000)");
  expect(await refusal(0n, 1)).toBe("LogUnknown(0)");
  expect(await refusal(2n, 390)).toBe("LogUnknown(2)");
});
