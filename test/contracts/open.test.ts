import { ZeroAddress, ZeroHash } from "ethers";
import { describe, expect, test } from "vitest";
import { LogModel } from "./support/model.ts";
import {
  append,
  as,
  deployLog,
  deployRegistry,
  eventsOf,
  randomBatch,
  revertOf,
  shown,
} from "./support/registry.ts";

describe("openLog", () => {
  test("anyone opens a log for anyone; logs are numbered from 1 and start empty", async () => {
    const { registry, operator, other, stranger } = await deployRegistry();
    expect(await registry.logCount!()).toBe(0n);

    const opened = as(registry, stranger).openLog!(operator.address, "https://one.example/");
    expect(await eventsOf(registry, opened)).toEqual([
      ["LogOpened", [1n, operator.address, "https://one.example/"]],
    ]);
    expect(await registry.openLog!.staticCall(other.address, "")).toBe(2n);
    await registry.openLog!(other.address, "");

    expect(await registry.logCount!()).toBe(2n);
    expect(await registry.headOf!(1n)).toBe(new LogModel(operator.address).head());
    expect(await registry.headOf!(2n)).toBe(new LogModel(other.address).head());
  });

  test("a log cannot be opened for the zero address", async () => {
    const { registry } = await deployRegistry();
    expect(await revertOf(registry, registry.openLog!(ZeroAddress, ""))).toBe("OperatorZero()");
    expect(await registry.logCount!()).toBe(0n);
  });

  test("a log that was never opened has no head, and nobody can append to it", async () => {
    const { registry, operator } = await deployLog(1);
    for (const logId of [0n, 2n, 2n ** 256n - 1n]) {
      expect(await registry.headOf!(logId)).toBe(ZeroHash);
      const empty = new LogModel(operator.address).state();
      expect(await revertOf(registry, append(registry, logId, empty, randomBatch()))).toBe(
        `StaleHead(${logId})`,
      );
    }
  });
});

describe("setUri", () => {
  test("the operator announces another address and the head stays", async () => {
    const { registry, log } = await deployLog(3);
    const announced = registry.setUri!(1n, ...shown(log.state()), "https://two.example/");
    expect(await eventsOf(registry, announced)).toEqual([["UriSet", [1n, "https://two.example/"]]]);
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("nobody else does, and not with an old state", async () => {
    const { registry, log, stranger } = await deployLog(2);
    const before = log.state();
    const byStranger = as(registry, stranger).setUri!(1n, ...shown(before), "https://evil.example/");
    expect(await revertOf(registry, byStranger)).toBe("StaleHead(1)");
    await append(registry, 1n, before, randomBatch());
    expect(await revertOf(registry, registry.setUri!(1n, ...shown(before), ""))).toBe("StaleHead(1)");
  });
});

test("the registry takes no ether", async () => {
  const { registry, operator } = await deployRegistry();
  const to = await registry.getAddress();
  await expect(operator.sendTransaction({ to, value: 1n })).rejects.toThrow();
  await expect(registry.openLog!(operator.address, "", { value: 1n })).rejects.toThrow();
});
