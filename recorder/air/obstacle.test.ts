import { expect, it } from "vitest";
import type { AddressChoice, AdapterFacts } from "../ports/radio.ts";
import { canConnect, obstacleOf } from "./obstacle.ts";

const facts = (
  broadcast: AddressChoice,
  connectable: AddressChoice,
  more: Partial<AdapterFacts> = {},
): AdapterFacts => ({
  name: "hci0",
  isPowered: true,
  isDiscoverable: false,
  canAdvertise: true,
  addresses: { broadcast, connectable },
  canConnect: true,
  ...more,
});

it("what is sent decides whose address matters", () => {
  expect(obstacleOf(facts("each", "identity"), false)).toBeUndefined();
  expect(obstacleOf(facts("each", "identity"), true)!.code).toBe("ADAPTER_ADDRESS_EXPOSED");
  expect(obstacleOf(facts("shared", "each"), false)!.code).toBe("ADAPTER_ADDRESS_SHARED");
  expect(obstacleOf(facts("shared", "each"), true)).toBeUndefined();
});

it("an adapter that is not there, off or incapable is named before its addresses", () => {
  expect(obstacleOf(undefined, false)!.code).toBe("ADAPTER_MISSING");
  const reason = { code: "BLUETOOTH_UNAVAILABLE", message: "BlueZ is not running" } as const;
  expect(obstacleOf(undefined, false, reason)).toEqual(reason);
  expect(obstacleOf(facts("each", "each"), false, reason)).toBeUndefined();
  const off = { isPowered: false, canAdvertise: false };
  expect(obstacleOf(facts("identity", "identity", off), false)!.code).toBe("ADAPTER_OFF");
  expect(obstacleOf(facts("identity", "identity", { canAdvertise: false }), false)!.code).toBe(
    "ADAPTER_INCAPABLE",
  );
});

it("an adapter that shows its own address is told what to do about it", () => {
  const message = (isDiscoverable: boolean): string =>
    obstacleOf(facts("identity", "identity", { isDiscoverable }), false)!.message;
  expect(message(true)).toContain("discoverable off");
  expect(message(false)).toContain("connectable off");
});

it("peers may connect only where each advertisement has an address of its own", () => {
  expect(canConnect(undefined)).toBe(false);
  expect(canConnect(facts("each", "each"))).toBe(true);
  expect(canConnect(facts("each", "each", { canConnect: false }))).toBe(false);
  expect(canConnect(facts("each", "shared"))).toBe(false);
});
