import { Interface } from "ethers";
import { artifacts } from "hardhat";
import { expect, test } from "vitest";
import { bondAbi } from "@tocsin/protocol/bond/abi.ts";

test("protocol/bond and the contract agree on the part of the ABI that protocol names, and on every error", async () => {
  const { abi } = await artifacts.readArtifact("ReportBond");
  const compiled = new Interface(abi).fragments;
  const contract = compiled.map((fragment) => fragment.format("full"));
  const named = new Interface(bondAbi).fragments.map((fragment) => fragment.format("full"));
  for (const fragment of named) expect(contract).toContain(fragment);

  // The command line names the contract's reasons for a refusal: it has to know them all, but for the constructor's.
  const own = ["ParametersInvalid", "ReentrancyGuardReentrantCall", "FailedCall", "InsufficientBalance"];
  const reasons = compiled.filter(({ type }) => type === "error").map((fragment) => fragment.format("full"));
  expect(
    reasons.filter(
      (reason) => !own.some((name) => reason.startsWith(`error ${name}(`)) && !named.includes(reason),
    ),
  ).toEqual([]);
});
