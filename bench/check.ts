import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkInProcess, writeCheckInput, type CheckInputFiles } from "./support/checkInput.ts";
import { expandBare } from "./support/expansion.ts";
import { median } from "./support/measure.ts";
import type { Result } from "./support/report.ts";

const CONTACTS = 61_000;
const TCNS = 24;
const ROUNDS = 3;
const SIZES = [
  { name: "check-100k", reports: 100_000 },
  { name: "check-1m", reports: 1_000_000 },
];
/** The workload that the TCN reference is measured with. */
const REFERENCE = { name: "check-reference", reports: 10_000, tcns: 96 };

/**
 * The whole check of a log whose batch files lie on the disk, in a process of its own, as `tocsin check` makes it: heads,
 * events, CIDs, roots, expansion, matching, signatures of hits. Compared with nothing but the expansion of the same
 * reports, by the same kernel on one thread.
 */
export async function benchCheck(): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, reports, tcns } of [...SIZES.map((size) => ({ ...size, tcns: TCNS })), REFERENCE]) {
    const folder = await mkdtemp(join(tmpdir(), "tocsin-bench-"));
    try {
      const input = await writeCheckInput(folder, { reports, tcns, contacts: CONTACTS });
      results.push(...(await measureCheck(name, reports * tcns, input)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return results;
}

/** Baseline and check take turns. */
async function measureCheck(name: string, tcns: number, input: CheckInputFiles): Promise<Result[]> {
  const bare: number[] = [];
  const checks: { seconds: number; peakMegabytes: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await expandBare(input));
    const check = await checkInProcess(input);
    if (check.reports !== input.reports || check.exposures !== input.exposures) {
      throw new Error(
        `${check.reports} reports and ${check.exposures} exposures, not ${input.reports} and ${input.exposures}`,
      );
    }
    checks.push(check);
  }
  const baseline = `${name}-expansion`;
  return [
    { name: baseline, value: median(bare), unit: "s", baseline },
    { name, value: median(checks.map(({ seconds }) => seconds)), unit: "s", baseline },
    {
      name: `${name}-rate`,
      value: tcns / median(checks.map(({ seconds }) => seconds)),
      unit: "TCN/s",
      baseline: `${name}-rate`,
    },
    {
      name: `${name}-memory`,
      value: Math.max(...checks.map(({ peakMegabytes }) => peakMegabytes)),
      unit: "MB",
      baseline: `${name}-memory`,
    },
  ];
}
