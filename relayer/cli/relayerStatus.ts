import { readOperation, type Operation } from "./operation.ts";
import { printable } from "./output.ts";
import { getLog, getMetrics, getReadiness } from "./relayerClient.ts";
import { duration, ether, gwei, table } from "./words.ts";

/** A running relayer's account of itself. */
export interface RelayerStatus {
  ready: boolean;
  /** Its /readyz. */
  readiness: Record<string, unknown>;
  /** Its /v1/log. */
  log: Record<string, unknown>;
  /** What its metrics say, where it gives them. */
  operation?: Operation;
}

/**
 * Asks a relayer for all that it tells. Its metrics it gives to its operator alone: to who knows TOCSIN_METRICS_TOKEN or
 * asks from the same machine.
 * @throws RELAYER_UNAVAILABLE, or the relayer's own code
 */
export async function askRelayer(relayer: string): Promise<RelayerStatus> {
  const { ready, details: readiness } = await getReadiness(relayer);
  const log = await getLog(relayer);
  const metrics = await getMetrics(relayer, process.env.TOCSIN_METRICS_TOKEN);
  const operation = metrics === undefined ? undefined : readOperation(metrics);
  return { ready, readiness, log, ...(operation ? { operation } : {}) };
}

/** Why a relayer is not ready, or does not answer a demand, a line each. */
export function reasonsOf({ readiness }: Pick<RelayerStatus, "readiness">): string[] {
  const { reasons, code, detail } = readiness;
  const list: unknown[] = Array.isArray(reasons) ? reasons : code === undefined ? [] : [{ code, detail }];
  return list.map((reason) => {
    const { code: name, detail: words } = reason as { code?: unknown; detail?: unknown };
    return printable(`${String(name)}${typeof words === "string" ? `: ${words}` : ""}`).slice(0, 500);
  });
}

/** The reports and batches in each state, with the age of the oldest report. */
export function statesTable({ states, batches }: Operation): string {
  if (!states || !batches) return "The relayer's database does not answer: nothing is known of its reports.";
  const rows = Object.entries(states).map(([state, { count, oldestAge }]) => {
    const inBatches = batches[state as keyof typeof batches] as number | undefined;
    return [
      state,
      String(count),
      count === 0 ? "" : duration(Math.floor(oldestAge)),
      String(inBatches ?? ""),
    ];
  });
  return columns([["state", "reports", "oldest", "batches"], ...rows]);
}

/** Transactions, money, the chain and uploads in a few lines. */
export function operationTable(operation: Operation, now: number): string {
  const { blocks, lastRoundAt, uploads } = operation;
  const known = (wei: number | undefined, words: (wei: bigint) => string): string =>
    wei === undefined ? "unknown" : words(BigInt(Math.round(wei)));
  return table({
    "in flight": operation.inFlight === 1 ? "1 transaction" : `${operation.inFlight} transactions`,
    fees: `${known(operation.offeredFeeWei, gwei)} offered, ${known(operation.networkFeeWei, gwei)} asked by the network`,
    balance: known(operation.balanceWei, ether),
    blocks: blocks ? blocksInWords(blocks) : "unknown",
    "last round": lastRoundAt === undefined ? "none yet" : `${duration(Math.max(0, now - lastRoundAt))} ago`,
    uploads: Object.entries(uploads)
      .map(([result, count]) => `${count} ${result}`)
      .join(", "),
    failures: `${operation.rpcErrors} of the RPC, ${operation.storeFailures} of stores`,
  });
}

export function blocksInWords(blocks: { latest: unknown; safe: unknown; finalized: unknown }): string {
  return `latest ${String(blocks.latest)}, safe ${String(blocks.safe)}, finalized ${String(blocks.finalized)}`;
}

/** Aligned columns; numbers are not told apart from words. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
