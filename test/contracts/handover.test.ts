import { ZeroAddress } from "ethers";
import { describe, expect, test } from "vitest";
import {
  append,
  appendTo,
  as,
  deployLog,
  eventsOf,
  randomBatch,
  revertOf,
  shown,
} from "./support/registry.ts";

describe("offerLog and acceptLog", () => {
  test("hand a log over in two steps; its history stays", async () => {
    const { registry, log, operator, other } = await deployLog(5);
    const state = shown(log.state());
    const offered = registry.offerLog!(1n, ...state, other.address);
    expect(await eventsOf(registry, offered)).toEqual([
      ["LogOffered", [1n, operator.address, other.address]],
    ]);
    expect(await registry.headOf!(1n)).toBe(log.head());

    const accepted = as(registry, other).acceptLog!(1n, operator.address, ...state);
    expect(await eventsOf(registry, accepted)).toEqual([
      ["LogAccepted", [1n, operator.address, other.address]],
    ]);
    log.operator = other.address;
    expect(await registry.headOf!(1n)).toBe(log.head());

    const byTheOld = append(registry, 1n, log.state(), randomBatch());
    expect(await revertOf(registry, byTheOld)).toBe("StaleHead(1)");
    await appendTo(as(registry, other), 1n, log, randomBatch());
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("an offer stays open across appends and is accepted with the current state only", async () => {
    const { registry, log, operator, other } = await deployLog(2);
    const before = shown(log.state());
    await registry.offerLog!(1n, ...before, other.address);
    await appendTo(registry, 1n, log, randomBatch());

    const stale = as(registry, other).acceptLog!(1n, operator.address, ...before);
    expect(await revertOf(registry, stale)).toBe("StaleHead(1)");
    await as(registry, other).acceptLog!(1n, operator.address, ...shown(log.state()));
    log.operator = other.address;
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("a stranger can neither offer a log nor accept one that was offered to another", async () => {
    const { registry, log, operator, other, stranger } = await deployLog(3);
    const state = shown(log.state());
    const offer = as(registry, stranger).offerLog!(1n, ...state, stranger.address);
    expect(await revertOf(registry, offer)).toBe("StaleHead(1)");

    const refusal = `LogNotOffered(1, ${stranger.address})`;
    const accept = () => as(registry, stranger).acceptLog!(1n, operator.address, ...state);
    expect(await revertOf(registry, accept())).toBe(refusal);
    await registry.offerLog!(1n, ...state, other.address);
    expect(await revertOf(registry, accept())).toBe(refusal);
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("who accepts must name the operator who offers", async () => {
    const { registry, log, other, stranger } = await deployLog(3);
    const state = shown(log.state());
    await registry.offerLog!(1n, ...state, other.address);
    const accept = as(registry, other).acceptLog!(1n, stranger.address, ...state);
    expect(await revertOf(registry, accept)).toBe("StaleHead(1)");
  });

  test("an offer of one log is no offer of another", async () => {
    const { registry, log, operator, other } = await deployLog(0);
    await registry.openLog!(operator.address, "");
    await registry.offerLog!(1n, ...shown(log.state()), other.address);
    const accept = as(registry, other).acceptLog!(2n, operator.address, ...shown(log.state()));
    expect(await revertOf(registry, accept)).toBe(`LogNotOffered(2, ${other.address})`);
  });

  test("an offer to the zero address withdraws the offer before", async () => {
    const { registry, log, operator, other } = await deployLog(3);
    const state = shown(log.state());
    await registry.offerLog!(1n, ...state, other.address);
    const withdrawn = registry.offerLog!(1n, ...state, ZeroAddress);
    expect(await eventsOf(registry, withdrawn)).toEqual([
      ["LogOffered", [1n, operator.address, ZeroAddress]],
    ]);
    const accept = as(registry, other).acceptLog!(1n, operator.address, ...state);
    expect(await revertOf(registry, accept)).toBe(`LogNotOffered(1, ${other.address})`);
  });

  test("a new offer replaces the one before", async () => {
    const { registry, log, operator, other, third } = await deployLog(3);
    const state = shown(log.state());
    await registry.offerLog!(1n, ...state, other.address);
    await registry.offerLog!(1n, ...state, third.address);
    const late = as(registry, other).acceptLog!(1n, operator.address, ...state);
    expect(await revertOf(registry, late)).toBe(`LogNotOffered(1, ${other.address})`);
    await as(registry, third).acceptLog!(1n, operator.address, ...state);
    log.operator = third.address;
    expect(await registry.headOf!(1n)).toBe(log.head());
  });

  test("an offer is used up: not even after the log has come back can it be accepted again", async () => {
    const { registry, log, operator, other } = await deployLog(3);
    const state = shown(log.state());
    const accept = () => as(registry, other).acceptLog!(1n, operator.address, ...state);
    await registry.offerLog!(1n, ...state, other.address);
    await accept();
    expect(await revertOf(registry, accept())).toBe(`LogNotOffered(1, ${other.address})`);

    await as(registry, other).offerLog!(1n, ...state, operator.address);
    await registry.acceptLog!(1n, other.address, ...state);
    expect(await registry.headOf!(1n)).toBe(log.head());
    expect(await revertOf(registry, accept())).toBe(`LogNotOffered(1, ${other.address})`);
  });

  test("a log that does not exist cannot be offered", async () => {
    const { registry, log, other } = await deployLog(0);
    const offer = registry.offerLog!(2n, ...shown(log.state()), other.address);
    expect(await revertOf(registry, offer)).toBe("StaleHead(2)");
  });
});
