import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import type { LogHistory } from "./history.ts";
import { sendOnce, type SendOptions } from "./send.ts";

/**
 * Sees to it that a transaction for the batch is on its way. Every transaction is recorded before it is broadcast.
 * StaleHead makes it safe to send several: the contract takes one of them.
 * @throws PublisherFault OPERATOR_WITHOUT_FUNDS, FEE_CAP_REACHED
 */
export async function postBatch(
  database: Database,
  registry: Registry,
  history: LogHistory,
  clock: Clock,
  batch: BatchRecord,
  options: SendOptions,
): Promise<void> {
  const last = (await database.transactionsOf(batch.seq)).at(-1);
  const state = history.stateAt(batch.seq);
  await sendOnce(registry, clock, options, last, {
    name: `batch ${batch.seq}`,
    estimate: () => registry.estimateAppend(state, batch),
    sign: (signing) => registry.signAppend(state, batch, signing),
    async record(transaction) {
      await database.addTransaction({ ...transaction, seq: batch.seq });
      if (batch.state === "stored") await database.setBatchState(batch.seq, "posted");
    },
  });
}
