import { artifacts } from "hardhat";
import { expect, test } from "vitest";
import { bondAbi, registryAbi } from "../../dapp/wallet/abi.ts";

interface Parameter {
  name?: string | undefined;
  type: string;
  indexed?: boolean | undefined;
  components?: readonly Parameter[];
}

interface Entry {
  type: string;
  name?: string;
  inputs?: readonly Parameter[];
  outputs?: readonly Parameter[];
  stateMutability?: string;
}

/** What of a parameter makes the bytes, and its name; the compiler adds the names of its own types. */
const plain = ({ name = "", type, indexed = false, components = [] }: Parameter): unknown[] => [
  ...[name, type, indexed],
  components.map(plain),
];

/** One text for each function, event and error. */
const written = (abi: readonly Entry[]): string[] =>
  abi.map(({ type, name = "", inputs = [], outputs = [], stateMutability = "" }) =>
    JSON.stringify([type, name, inputs.map(plain), outputs.map(plain), stateMutability]),
  );

test.each([
  ["ReportRegistry", registryAbi],
  ["ReportBond", bondAbi],
] as const)(
  "the dapp's wallet and %s agree on the ABI, and the dapp knows every reason to refuse",
  async (name, own) => {
    const { abi } = await artifacts.readArtifact(name);
    const contract = written(abi as readonly Entry[]);
    const named = written(own);
    for (const entry of named) expect(contract).toContain(entry);

    // Of the constructor's, and of the libraries', none reaches who calls a function that the dapp has.
    const others = ["ParametersInvalid", "ReentrancyGuardReentrantCall", "FailedCall", "InsufficientBalance"];
    const reasons = contract.filter((entry) => entry.startsWith('["error"') && !named.includes(entry));
    expect(reasons.filter((entry) => !others.some((other) => entry.includes(`"${other}"`)))).toEqual([]);
  },
);
