import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { config } from "hardhat";
import type { InterfaceAbi } from "ethers";

/** What it takes to deploy a contract. */
export interface Compiled {
  abi: InterfaceAbi;
  bytecode: string;
}

interface Output {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>;
}

const root = join(import.meta.dirname, "..", "..");

/**
 * Compiles contracts that are no part of the project, in memory, by the compiler and with the very settings that the
 * project's own contracts are built with, so that gas compares.
 * @param names source units as an import statement names them, `bench/…` below the project or of an npm package,
 * each with one contract named as the file is
 * @throws Error with the compiler's message
 */
export function compile(names: readonly string[]): Map<string, Compiled> {
  const [compiler] = config.solidity.profiles.default?.compilers ?? [];
  const solc = createRequire(import.meta.url)("solc") as {
    compile(input: string, callbacks: { import: typeof readImport }): string;
  };
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(names.map((name) => [name, { content: readSource(name) }])),
    settings: {
      ...(compiler?.settings as object),
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport })) as Output;
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error) throw new Error(error.formattedMessage);
  return new Map(
    names.map((name) => {
      const contract = /(\w+)\.sol$/.exec(name)?.[1] ?? "";
      const { abi, evm } = output.contracts[name]![contract]!;
      return [contract, { abi, bytecode: `0x${evm.bytecode.object}` }];
    }),
  );
}

function readImport(name: string): { contents: string } | { error: string } {
  try {
    return { contents: readSource(name) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Others pin the compiler of their day: everything here is compiled by the project's. */
function readSource(name: string): string {
  const text = readFileSync(join(root, name.startsWith("bench/") ? "" : "node_modules", name), "utf8");
  return text.replace(/^pragma solidity [^;]+;/m, "pragma solidity ^0.8.0;");
}
