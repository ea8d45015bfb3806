import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readChainLog } from "./chainLog.ts";
import { compareBatchBytes } from "./compareBatch.ts";
import { compareLog } from "./compareLog.ts";
import { findStrays } from "./compareStore.ts";
import type { Finding } from "./finding.ts";
import type { FsckParts } from "./parts.ts";

const PAGE = 100;
/** A repair may uncover the next finding: a batch that is taken over has bytes to be stored. */
const MAX_PASSES = 5;

/**
 * Checks database, block stores and chain against each other and changes nothing. Nobody else may be the leader
 * meanwhile. @throws LOG_HEAD_MISMATCH, RPC_UNAVAILABLE, DatabaseError
 */
export async function findFaults(parts: FsckParts): Promise<Finding[]> {
  const { database, registry, stores } = parts;
  const damage = await database.findDamage();
  const findings = damage.map((detail): Finding => ({ code: "DATABASE_DAMAGED", detail }));
  const log = await compareLog(parts, await readChainLog(registry));
  findings.push(...log);
  // Bytes of batches that have to go, or that are not known yet, say nothing.
  if (log.some(({ code }) => code !== "STATE_MISMATCH")) return findings;
  const wanted = new Set<string>();
  for (let seq = 0; ;) {
    const page = await database.batches(seq, PAGE);
    for (const batch of page) {
      if (!batch.isDeleted) {
        wanted.add(toHex(batch.cidDigest));
        if (batch.filterDigest) wanted.add(toHex(batch.filterDigest));
      }
      findings.push(...(await compareBatchBytes(parts, batch)));
    }
    seq += page.length;
    parts.progress("batches", seq, seq);
    if (page.length < PAGE) break;
  }
  for (const store of stores) findings.push(...(await findStrays(store, wanted)));
  return findings;
}

/**
 * Repairs what can be repaired, and checks again until nothing is left that can.
 * @param tell called for each finding that was repaired
 * @returns what is left
 */
export async function repairFaults(parts: FsckParts, tell: (repaired: Finding) => void): Promise<Finding[]> {
  for (let pass = 0; ; pass++) {
    const findings = await findFaults(parts);
    const repairable = findings.filter(({ repair }) => repair !== undefined);
    if (repairable.length === 0 || pass === MAX_PASSES) return findings;
    for (const finding of repairable) {
      await finding.repair?.run();
      tell(finding);
    }
  }
}
