import { describe, expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, entryOf, proofOf } from "@tocsin/protocol/check/support/community.ts";
import { parseProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { MAX_PROOF_BYTES, packProof, readProofBlob, unpackProof } from "./proofText.ts";

/** Of one report among so many. */
async function proofAmong(reports: number): Promise<Proof> {
  const community = new Community();
  community.publish(100_000, ...Array.from({ length: reports }, (_, i) => entryOf(1 + i, 1, 8)));
  const { exposures } = await checkExposures(community.checkOf(contactOf(1, 2, 20_000, 20_400)));
  return proofOf(exposures[0]?.reports[0]);
}

async function deflate(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
}

test("a proof comes back from its link as it was, and the link fits into a QR code", async () => {
  const proof = await proofAmong(64);
  const packed = await packProof(proof);
  expect(packed).toMatch(/^[\w-]+$/);
  expect(packed.length).toBeLessThan(2_000);
  expect(parseProof(await unpackProof(packed))).toEqual(proof);
});

describe("a link with", () => {
  test.each<[string, () => Promise<string>]>([
    ["letters that base64 does not have", () => Promise.resolve("%%%")],
    ["bytes that were never deflated", () => Promise.resolve("AAAA")],
    ["only the beginning of a proof", async () => (await packProof(await proofAmong(2))).slice(0, 200)],
    ["what would fill the device", () => deflate(" ".repeat(MAX_PROOF_BYTES + 1))],
  ])("%s is refused", async (_, link) => {
    await expect(unpackProof(await link())).rejects.toMatchObject({ code: "PROOF_INVALID" });
  });
});

test("a file that is too large is not even read", async () => {
  const file = new Blob([" ".repeat(MAX_PROOF_BYTES + 1)]);
  await expect(readProofBlob(file)).rejects.toMatchObject({ code: "PROOF_INVALID" });
  expect(await readProofBlob(new Blob(["{}"]))).toBe("{}");
});
