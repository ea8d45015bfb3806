import { parseArgs } from "node:util";
import { benchMerkle } from "./merkle.ts";
import { benchCheck } from "./check.ts";
import { formatJson, formatTable, toRows, type Result } from "./support/report.ts";

interface Suite {
  summary: string;
  run(): Promise<Result[]>;
}

const suites: Record<string, Suite> = {
  check: {
    summary: "the whole check of a log on the disk, its memory, against bare expansion of its reports",
    run: benchCheck,
  },
  filter: {
    summary: "the filter of a full batch: size, accidents, building and lookups, against noble's derivation",
    run: async () => (await import("./filter.ts")).benchFilter(),
  },
  gas: {
    summary: "anchoring, verifying and demanding in the EVM, against EAS.timestamp",
    // Loads Hardhat and starts a chain: not for the other suites.
    run: async () => (await import("./gas.ts")).benchGas(),
  },
  intake: {
    summary: "reports accepted over HTTP, memory, cost and time to the chain, against the platform's Ed25519",
    run: async () => (await import("./intake.ts")).benchIntake(),
  },
  matching: {
    summary: "contact numbers derived a second, by kernel, in Node and in Chromium, against @noble/hashes",
    run: async () => (await import("./matching.ts")).benchMatching(),
  },
  merkle: { summary: "trees and inclusion proofs of a full batch, against bare SHA-256", run: benchMerkle },
};

const usage = `Usage: npm run bench -- SUITE [--json]

${Object.entries(suites)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join("\n")}

  --json     one JSON object a line: suite, name, value, unit, baseline, ratio
`;

/** @returns the exit code: 2 for arguments that make no sense */
async function main(args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const [name, ...more] = parsed.positionals;
  if (parsed.values.help || (name === undefined && !parsed.values.json)) {
    process.stdout.write(usage);
    return 0;
  }
  const suite = name !== undefined && Object.hasOwn(suites, name) ? suites[name] : undefined;
  if (name === undefined || !suite || more.length > 0) {
    process.stderr.write(
      `${name === undefined ? "Name a suite" : `There is no suite "${[name, ...more].join(" ")}"`}.\n\n${usage}`,
    );
    return 2;
  }
  const rows = toRows(name, await suite.run());
  process.stdout.write(parsed.values.json ? formatJson(rows) : formatTable(rows));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
