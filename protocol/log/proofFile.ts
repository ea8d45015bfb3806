import { equalBytes } from "../bytes/bytes.ts";
import { Fields, parseJson } from "../bytes/fields.ts";
import { to0x, toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { leafHash } from "../tree/hash.ts";
import { verifyInclusion } from "../tree/proof.ts";
import { verifyBatchProof } from "./proof.ts";
import { headOf, MAX_PEAKS, type AnchoredBatch, type LogState } from "./state.ts";

const MAX_PATH = 32;

/** Everything that an outsider needs to verify that an entry was anchored, with no relayer. (design, "Proof file") */
export interface Proof {
  chainId: number;
  /** 20 bytes. */
  registry: Uint8Array;
  logId: number;
  /** A block at whose end the log had this state. */
  block: { number: number; hash: Uint8Array };
  /** 20 bytes. */
  operator: Uint8Array;
  state: LogState;
  batch: AnchoredBatch;
  /** From the batch's leaf up to the peak of its mountain. */
  batchPath: readonly Uint8Array[];
  entry: Uint8Array;
  leaf: Uint8Array;
  /** Position of the entry in the batch, from 0. */
  index: number;
  /** From the leaf up to the batch's root. */
  path: readonly Uint8Array[];
}

/** A proof file as text. */
export function formatProof(proof: Proof): string {
  return `${JSON.stringify(proofToJson(proof), null, 2)}\n`;
}

/** A proof file as a JSON value. */
export function proofToJson(proof: Proof): Record<string, unknown> {
  const { chainId, registry, logId, block, operator, state, batch } = proof;
  const list = (items: readonly Uint8Array[]): string[] => items.map(toHex);
  return {
    format: "tocsin-proof",
    version: 1,
    chainId,
    registry: to0x(registry),
    logId,
    block: { number: block.number, hash: to0x(block.hash) },
    log: {
      operator: to0x(operator),
      size: state.size,
      total: state.total,
      peaks: list(state.peaks),
      head: toHex(headOf(operator, state)),
    },
    batch: {
      seq: batch.seq,
      firstIndex: batch.firstIndex,
      count: batch.count,
      root: toHex(batch.root),
      cidDigest: toHex(batch.cidDigest),
      path: list(proof.batchPath),
    },
    entry: toHex(proof.entry),
    leaf: toHex(proof.leaf),
    index: proof.index,
    path: list(proof.path),
  };
}

/** Reads a proof file; it is not verified yet. @throws PROOF_INVALID, LOG_STATE_INVALID */
export function parseProof(text: string): Proof {
  return readProof(parseJson(text, "PROOF_INVALID", "the proof file"));
}

/** Reads a proof file that has been parsed as JSON already; it is not verified yet. @throws PROOF_INVALID, LOG_STATE_INVALID */
export function readProof(json: unknown): Proof {
  const fields = new Fields(json, "PROOF_INVALID", "proof");
  if (fields.string("format") !== "tocsin-proof" || fields.uint("version") !== 1) {
    throw new TocsinError("PROOF_INVALID", "not a Tocsin proof file of version 1");
  }
  const [block, log, batch] = [fields.object("block"), fields.object("log"), fields.object("batch")];
  const proof: Proof = {
    chainId: fields.uint("chainId", 1),
    registry: fields.hex("registry", 20),
    logId: fields.uint("logId", 1),
    block: { number: block.uint("number"), hash: block.hex("hash", 32) },
    operator: log.hex("operator", 20),
    state: {
      size: log.uint("size", 1),
      total: log.uint("total", 1),
      peaks: log.hexList("peaks", 32, MAX_PEAKS),
    },
    batch: {
      seq: batch.uint("seq"),
      firstIndex: batch.uint("firstIndex"),
      count: batch.uint("count", 1),
      root: batch.hex("root", 32),
      cidDigest: batch.hex("cidDigest", 32),
    },
    batchPath: batch.hexList("path", 32, MAX_PEAKS),
    entry: fields.hex("entry"),
    leaf: fields.hex("leaf", 32),
    index: fields.uint("index"),
    path: fields.hexList("path", 32, MAX_PATH),
  };
  if (!equalBytes(log.hex("head", 32), headOf(proof.operator, proof.state))) {
    throw new TocsinError("PROOF_INVALID", "proof.log.head is not the head of the state beside it");
  }
  return proof;
}

/**
 * Verifies everything in a proof that needs no chain: entry → leaf → root → batch → head.
 * @returns the head, which must still be found in the contract
 * @throws PROOF_NOT_INCLUDED, LOG_STATE_INVALID
 */
export function verifyProof(proof: Proof): Uint8Array {
  if (!equalBytes(leafHash(proof.entry), proof.leaf)) {
    throw new TocsinError("PROOF_NOT_INCLUDED", "the leaf is not the hash of the entry");
  }
  verifyInclusion(proof.batch.root, proof.batch.count, proof.leaf, proof.index, proof.path);
  verifyBatchProof(proof.state, proof.batch, proof.batchPath);
  return headOf(proof.operator, proof.state);
}
