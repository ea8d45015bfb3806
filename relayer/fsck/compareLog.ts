import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { FoldedBatch } from "@tocsin/protocol/log/fold.ts";
import type { AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import type { BatchRecord, NewEntry } from "../ports/database.ts";
import type { ChainLog } from "./chainLog.ts";
import type { Finding } from "./finding.ts";
import { recoverEntries, type FsckParts } from "./parts.ts";

const PAGE = 1_000;
const DAY = 86_400;

/** Compares the batches of the database with those of the chain, and the states with where they stand. */
export async function compareLog(parts: FsckParts, chain: ChainLog): Promise<Finding[]> {
  const findings: Finding[] = [];
  let [size, total] = [0, 0];
  for (;;) {
    const page = await parts.database.batches(size, PAGE);
    for (const batch of page) {
      const anchored = chain.batches[size];
      const misplaced =
        batch.seq !== size || batch.firstIndex !== total
          ? outOfPlace(parts, batch, size)
          : anchored && !isSame(batch, anchored)
            ? mismatch(parts, batch)
            : undefined;
      // What follows a batch that has to go goes with it, and is compared again after that.
      if (misplaced) return [...findings, misplaced];
      const finding = compareState(parts, chain, batch, anchored);
      if (finding) findings.push(finding);
      size += 1;
      total += batch.count;
    }
    parts.progress("log", size, Math.max(size, chain.batches.length));
    if (page.length < PAGE) break;
  }
  for (const anchored of chain.batches.slice(size)) findings.push(await unknownBatch(parts, chain, anchored));
  return findings;
}

function isSame(a: AnchoredBatch, b: AnchoredBatch): boolean {
  return (
    a.firstIndex === b.firstIndex &&
    a.count === b.count &&
    equalBytes(a.root, b.root) &&
    equalBytes(a.cidDigest, b.cidDigest)
  );
}

function outOfPlace(parts: FsckParts, batch: BatchRecord, expected: number): Finding {
  return {
    code: "BATCH_OUT_OF_PLACE",
    detail: `batch ${batch.seq} of the database stands where batch ${expected} should`,
    repair: {
      does: "take it and the batches after it back: their entries wait again",
      run: () => parts.database.unseal(expected),
    },
  };
}

function mismatch(parts: FsckParts, { seq }: BatchRecord): Finding {
  return {
    code: "BATCH_MISMATCH",
    detail: `the chain holds another batch ${seq} than the database`,
    repair: {
      does: "take the database's batches from there on back, so that their entries wait again, and take over the chain's",
      run: () => parts.database.unseal(seq),
    },
  };
}

/**
 * A relayer follows the chain with every batch that is not finalized; one that is, it never looks at again. So only there
 * a state that is not the chain's stays wrong.
 */
function compareState(
  { database }: FsckParts,
  chain: ChainLog,
  { seq, state, anchor }: BatchRecord,
  anchored: FoldedBatch | undefined,
): Finding | undefined {
  if (state !== "finalized") return undefined;
  if (!anchored) {
    return {
      code: "STATE_MISMATCH",
      detail: `batch ${seq} is finalized in the database, and not in the chain`,
      repair: { does: "set it to posted", run: () => database.setBatchState(seq, "posted") },
    };
  }
  const actual = chain.anchorOf(anchored);
  const { blockNumber, blockHash, transactionHash, finality } = actual;
  const isSamePlace = anchor?.blockHash === blockHash && anchor.transactionHash === transactionHash;
  if (isSamePlace && finality === "finalized") return undefined;
  const to = finality === "finalized" ? "finalized" : "anchored";
  return {
    code: "STATE_MISMATCH",
    detail: `batch ${seq} is finalized elsewhere in the database than in the chain, which has it in block ${blockNumber}`,
    repair: { does: `set it to ${to} there`, run: () => database.setBatchState(seq, to, actual) },
  };
}

async function unknownBatch(parts: FsckParts, chain: ChainLog, anchored: FoldedBatch): Promise<Finding> {
  const { seq, count, blockNumber } = anchored;
  const code = "BATCH_UNKNOWN";
  const detail = `batch ${seq} with ${count} entries is in the chain and not in the database`;
  const { timestamp } = await parts.registry.block(blockNumber);
  const isExpired = timestamp < parts.clock.now() - parts.retentionDays * DAY;
  const recovered = await recoverEntries(parts, anchored);
  if (!recovered && !isExpired) {
    return { code, detail: `${detail}; no store and no gateway returns its bytes` };
  }
  const anchor = chain.anchorOf(anchored);
  const { firstIndex, root, cidDigest } = anchored;
  const batch: BatchRecord = {
    ...{ seq, firstIndex, count, root, cidDigest },
    state: anchor.finality === "finalized" ? "finalized" : "anchored",
    sealedAt: timestamp,
    oldestReceivedAt: timestamp,
    isDeleted: !recovered,
    ...(recovered?.filterDigest ? { filterDigest: recovered.filterDigest } : {}),
    anchor,
  };
  const entries = (recovered?.entries ?? []).map((entry, index): NewEntry => ({
    leaf: recovered!.leaves[index]!,
    entry,
    receivedAt: timestamp,
    // Whatever was promised for it was kept: it is anchored.
    deadline: timestamp,
  }));
  const does = recovered ? "take it over from the chain with its entries" : "take it over without its bytes";
  return { code, detail, repair: { does, run: () => parts.database.restoreBatch(batch, entries) } };
}
