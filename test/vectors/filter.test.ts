import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { buildFilter } from "@tocsin/protocol/filter/build.ts";
import { encodeFilterFile } from "@tocsin/protocol/filter/file.ts";
import { naiveFilterFile } from "@tocsin/protocol/filter/support/naiveFilter.ts";
import { toWords } from "@tocsin/protocol/filter/support/tcnSets.ts";
import vectors from "./filter.json" with { type: "json" };

interface Case {
  tcns: number;
  leaves: number;
  digest: string;
  file?: string;
}

const cases: Case[] = vectors.cases;
const sha256 = (data: string | Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const hashes = (name: string, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => sha256(`${name}${i}`));

describe("filter vectors", () => {
  it("are there", () => {
    expect(cases).toHaveLength(8);
  });

  it.each(cases)("$tcns TCNs", ({ tcns, leaves, digest, file }) => {
    const set = hashes("tcn", tcns).map((hash) => hash.slice(0, 16));
    const seedLeaves = hashes("leaf", leaves);
    const made = encodeFilterFile(buildFilter(toWords(set), seedLeaves)!);
    expect(toHex(sha256(made))).toBe(digest);
    if (file !== undefined) expect(toHex(made)).toBe(file);
    expect(naiveFilterFile(set, seedLeaves)).toEqual(made);
  });
});
