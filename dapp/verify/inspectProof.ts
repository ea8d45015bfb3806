import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { readReportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { parseProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { verifyBatchProof } from "@tocsin/protocol/log/proof.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { verifyInclusion } from "@tocsin/protocol/tree/proof.ts";
import { toFailure, type Failure } from "./explainError.ts";

/** What of a proof can be computed, in this order. */
export type ProofStep = "form" | "signature" | "inclusion" | "log";

/** A proof file that somebody else made, looked at without a chain. */
export interface InspectedProof {
  /** Undefined where its form is broken: then nothing else can be looked at. */
  proof?: Proof;
  /** What it is about; undefined where the entry is no report that can be read. */
  report?: SignedReport;
  /** The steps that do not hold, and why. */
  failures: Partial<Record<ProofStep, Failure>>;
}

/** Verifies all of a proof file that needs no chain, each step for itself. It does not throw, whatever the text is. */
export async function inspectProof(text: string): Promise<InspectedProof> {
  const failures: InspectedProof["failures"] = {};
  const attempt = async <T>(step: ProofStep, work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failures[step] = toFailure(error);
      return undefined;
    }
  };
  const proof = await attempt("form", () => parseProof(text));
  if (!proof) return { failures };
  const report = await attempt("signature", () => readSigned(proof.entry));
  await attempt("inclusion", () => {
    verifyEntry(proof);
  });
  await attempt("log", () => {
    verifyBatchProof(proof.state, proof.batch, proof.batchPath);
  });
  return { proof, ...(report ? { report } : {}), failures };
}

async function readSigned(entry: Uint8Array): Promise<SignedReport> {
  const report = readReportEntry(entry);
  await verifySignedReport(report);
  return report;
}

function verifyEntry({ entry, leaf, batch, index, path }: Proof): void {
  if (!equalBytes(leafHash(entry), leaf))
    throw new TocsinError("PROOF_NOT_INCLUDED", "the leaf is not the hash of the entry");
  verifyInclusion(batch.root, batch.count, leaf, index, path);
}
