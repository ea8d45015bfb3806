import { describe, expect, it } from "vitest";
import { fromHex, to0x, toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { formatProof, parseProof, readProof, verifyProof, type Proof } from "../log/proofFile.ts";
import { checkExposures } from "./checkExposures.ts";
import type { Rpc } from "./rpc.ts";
import { Community, contactOf, entryOf, LOG_ID, proofOf } from "./support/community.ts";
import { verifyProofOnChain } from "./verifyOnChain.ts";

const SUCCESSOR = new Uint8Array(20).fill(0x2e);

/** A community of five batches, and the proof of the report in batch 1. */
async function proven(): Promise<{ community: Community; proof: Proof }> {
  const community = new Community();
  community.publish(50_000, entryOf(200, 1, 3));
  community.publish(60_000, entryOf(1, 1, 8), entryOf(2, 1, 8), entryOf(3, 1, 8));
  for (let i = 0; i < 3; i++) community.publish(70_000 + i, entryOf(201 + i, 1, 3));
  const { exposures } = await checkExposures(community.checkOf(contactOf(1, 2, 20_000, 20_400)));
  return { community, proof: proofOf(exposures[0]?.reports[0]) };
}

const { community, proof } = await proven();
const { rpc } = community.chain;
const notAnchored = expect.objectContaining({ code: "PROOF_NOT_ANCHORED" });

/** Every value of a JSON document, as the keys that lead to it. */
function placesIn(json: unknown, at: string[] = []): string[][] {
  if (typeof json !== "object" || json === null) return [at];
  return Object.entries(json).flatMap(([key, value]) => placesIn(value, [...at, key]));
}

function valueAt(json: unknown, place: string[]): unknown {
  return place.reduce((value, key) => (value as Record<string, unknown>)[key], json);
}

function withValue(json: unknown, place: string[], value: unknown): unknown {
  const copy: unknown = structuredClone(json);
  (valueAt(copy, place.slice(0, -1)) as Record<string, unknown>)[place.at(-1)!] = value;
  return copy;
}

/** The value with each of its bits flipped, one at a time. */
function* flips(value: unknown): Generator {
  if (typeof value === "number")
    for (let bit = 0; bit < 53; bit++) yield Number(BigInt(value) ^ (1n << BigInt(bit)));
  else if (typeof value === "string" && /^(0x)?[0-9a-f]*$/.test(value)) {
    const bytes = fromHex(value, "value");
    const write = value.startsWith("0x") ? to0x : toHex;
    for (let bit = 0; bit < bytes.length * 8; bit++)
      yield write(bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7))));
  } else yield `${String(value)}x`;
}

describe("proof files", () => {
  it("come back as they were, and verify without a chain", () => {
    const text = formatProof(proof);
    const read = parseProof(text);
    expect(read).toEqual(proof);
    expect(formatProof(read)).toBe(text);
    expect(readProof(JSON.parse(text))).toEqual(proof);
    expect(verifyProof(read)).toEqual(verifyProof(proof));
  });

  it("are refused with any single bit of any value flipped", async () => {
    const json: unknown = JSON.parse(formatProof(proof));
    const places = placesIn(json);
    expect(places.map((place) => place.join("."))).toEqual(
      expect.arrayContaining([
        "chainId",
        "registry",
        "logId",
        "block.hash",
        "log.peaks.1",
        "batch.path.0",
        "path.1",
      ]),
    );
    for (const place of places)
      for (const value of flips(valueAt(json, place))) {
        const attempt = async (): Promise<unknown> =>
          verifyProofOnChain(rpc, readProof(withValue(json, place, value)));
        await expect(attempt(), `${place.join(".")} = ${String(value)}`).rejects.toBeInstanceOf(TocsinError);
      }
  });

  it("are refused with any value left out or of another type", () => {
    const json: unknown = JSON.parse(formatProof(proof));
    for (const place of placesIn(json))
      for (const value of [undefined, null, {}, [], true, -1, 0.5, "0x0"])
        expect(() => readProof(withValue(json, place, value)), place.join(".")).toThrow(
          expect.objectContaining({ code: "PROOF_INVALID" }),
        );
  });
});

describe("a proof on the chain", () => {
  it("tells when the entry was anchored", async () => {
    expect(await verifyProofOnChain(rpc, proof)).toMatchObject({
      anchoredAt: 60_000,
      blockNumber: 3,
      finalized: true,
    });
  });

  it("holds after the log has grown and been handed on", async () => {
    const { community: growing, proof: old } = await proven();
    growing.publish(80_000, entryOf(1, 9, 9));
    growing.chain.mine(80_001, { name: "accept", logId: LOG_ID, to: SUCCESSOR });
    growing.publish(80_002, entryOf(1, 10, 10));
    expect(await verifyProofOnChain(growing.chain.rpc, old)).toMatchObject({ anchoredAt: 60_000 });
    // The successor never had the log at that size.
    await expect(verifyProofOnChain(growing.chain.rpc, { ...old, operator: SUCCESSOR })).rejects.toThrow(
      notAnchored,
    );
  });

  it("is refused when its block, or its batch, has left the chain", async () => {
    const { community: moving, proof: old } = await proven();
    moving.chain.dropBlocks(1);
    moving.publish(70_002, entryOf(203, 1, 3));
    await expect(verifyProofOnChain(moving.chain.rpc, old)).rejects.toThrow(/not in the chain any more/);
    moving.chain.dropBlocks(1);
    moving.publish(70_002, entryOf(209, 1, 3));
    await expect(verifyProofOnChain(moving.chain.rpc, old)).rejects.toThrow(/never had the state/);
    moving.chain.dropBlocks(1);
    await expect(verifyProofOnChain(moving.chain.rpc, old)).rejects.toThrow(notAnchored);
  });

  it("tells latest, safe and finalized apart", async () => {
    const at = async (safe: string, finalized: string): Promise<unknown> =>
      verifyProofOnChain(
        (method, [tag, ...rest]) =>
          rpc(method, [tag === "safe" ? safe : tag === "finalized" ? finalized : tag, ...rest]),
        proof,
      );
    const known = { blockNumber: 3, isSafeKnown: true };
    expect(await at("0x2", "0x1")).toMatchObject({ ...known, finalized: false, finality: "latest" });
    expect(await at("0x3", "0x2")).toMatchObject({ ...known, finalized: false, finality: "safe" });
    expect(await at("0x4", "0x3")).toMatchObject({ ...known, finalized: true, finality: "finalized" });
  });

  it.each([
    ["answers with an error", () => Promise.reject(new Error("safe block not found"))],
    ["answers with nothing", () => Promise.resolve(null)],
  ])("takes nothing for safe where the node %s for it", async (_, answer) => {
    const withoutSafe =
      (finalized: string): Rpc =>
      (method, [tag, ...rest]) =>
        tag === "safe" ? answer() : rpc(method, [tag === "finalized" ? finalized : tag, ...rest]);
    expect(await verifyProofOnChain(withoutSafe("0x2"), proof)).toMatchObject({
      finality: "latest",
      isSafeKnown: false,
    });
    expect(await verifyProofOnChain(withoutSafe("0x3"), proof)).toMatchObject({ finality: "finalized" });
  });
});
