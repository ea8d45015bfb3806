import { beforeAll, describe, expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import {
  Community,
  contactOf,
  entryOf,
  proofOf,
  reportOf,
} from "@tocsin/protocol/check/support/community.ts";
import { filterEntry, reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { formatProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { inspectProof } from "./inspectProof.ts";

let proof: Proof;

beforeAll(async () => {
  const community = new Community();
  for (const person of [1, 3, 5]) {
    community.publish(100_000, entryOf(person, 1, 8), entryOf(person + 1, 1, 8));
  }
  const { exposures } = await checkExposures(community.checkOf(contactOf(3, 2, 20_000, 20_400)));
  proof = proofOf(exposures[0]?.reports[0]);
});

/** Which steps do not hold, with their codes. */
async function failuresOf(text: string): Promise<Record<string, string>> {
  const { failures } = await inspectProof(text);
  return Object.fromEntries(Object.entries(failures).map(([step, { code }]) => [step, code]));
}

const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));

test("an honest proof holds in every step, and its report is read", async () => {
  const { report, failures } = await inspectProof(formatProof(proof));
  expect(failures).toEqual({});
  expect(report).toMatchObject({ j1: 1, j2: 8 });
});

describe("what is wrong is named by its step and its code:", () => {
  test.each<[string, (honest: Proof) => Proof, Record<string, string>]>([
    [
      "a changed report",
      (honest) => ({ ...honest, entry: flipped(honest.entry) }),
      { signature: "REPORT_SIGNATURE_INVALID", inclusion: "PROOF_NOT_INCLUDED" },
    ],
    [
      "a report that was never anchored",
      (honest) => {
        const entry = reportEntry(reportOf(9, 1, 8).bytes);
        return { ...honest, entry, leaf: leafHash(entry) };
      },
      { inclusion: "PROOF_NOT_INCLUDED" },
    ],
    [
      "an entry that is no report",
      (honest) => {
        const entry = filterEntry(new Uint8Array(32));
        return { ...honest, entry, leaf: leafHash(entry) };
      },
      { signature: "ENTRY_KIND_UNKNOWN", inclusion: "PROOF_NOT_INCLUDED" },
    ],
    [
      "another place in the batch",
      (honest) => ({ ...honest, index: 1 - honest.index }),
      { inclusion: "PROOF_NOT_INCLUDED" },
    ],
    [
      "another batch",
      (honest) => ({ ...honest, batch: { ...honest.batch, root: flipped(honest.batch.root) } }),
      { inclusion: "PROOF_NOT_INCLUDED", log: "PROOF_NOT_INCLUDED" },
    ],
    [
      "another log",
      (honest) => ({ ...honest, state: { ...honest.state, peaks: honest.state.peaks.map(flipped) } }),
      { log: "PROOF_NOT_INCLUDED" },
    ],
  ])("%s", async (_, change, codes) => {
    expect(await failuresOf(formatProof(change(proof)))).toEqual(codes);
  });

  test.each([
    ["no text", ""],
    ["no JSON", "proof"],
    ["no proof", "{}"],
    ["another version", '{"format":"tocsin-proof","version":2}'],
  ])("%s", async (_, text) => {
    expect(await failuresOf(text)).toEqual({ form: "PROOF_INVALID" });
  });

  test("a head that is not the state's", async () => {
    const json = JSON.parse(formatProof(proof)) as { log: object };
    const text = JSON.stringify({ ...json, log: { ...json.log, head: "00".repeat(32) } });
    expect(await failuresOf(text)).toEqual({ form: "PROOF_INVALID" });
  });
});
