import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { isAfter, type EventPlace, type LogEvent } from "./events.ts";
import { appendBatch, EMPTY_LOG, type AnchoredBatch, type LogState } from "./state.ts";

/** A batch and where in the chain it was anchored. */
export interface FoldedBatch extends AnchoredBatch, EventPlace {}

/** A log's history as its events tell it. Nothing of it is trusted until its head equals the contract's. */
export interface FoldedLog {
  /** Who operates the log now, 20 bytes. */
  operator: Uint8Array;
  /** Everybody who ever did, and the log's size when they took over. */
  operators: { address: Uint8Array; sinceSize: number }[];
  state: LogState;
  batches: FoldedBatch[];
}

/**
 * Folds the events of a log's batches in the order of the chain, and passes over entries that were sent to the contract
 * directly: see foldDirect.
 * @throws LOG_UNKNOWN when there are none, LOG_HEAD_MISMATCH when they cannot be one log's history: an event is
 *   missing, doubled, out of order or made up
 */
export function foldLog(events: readonly LogEvent[]): FoldedLog {
  const [opened, ...rest] = events;
  if (!opened) throw new TocsinError("LOG_UNKNOWN", "the RPC knows no event of this log");
  if (opened.name !== "LogOpened") throw broken("its history does not begin with its opening");
  let operator = opened.operator;
  const operators = [{ address: operator, sinceSize: 0 }];
  let state = EMPTY_LOG;
  let previous: EventPlace = opened;
  const batches: FoldedBatch[] = [];
  for (const event of rest) {
    if (!isAfter(event, previous))
      throw broken(`event ${event.logIndex} of block ${event.blockNumber} is out of order`);
    previous = event;
    if (event.name === "EntrySubmitted") continue;
    if (event.name === "LogOpened") throw broken("it is opened twice");
    if (event.name === "LogAccepted") {
      if (!equalBytes(event.from, operator))
        throw broken("it is handed on by somebody who does not operate it");
      operator = event.to;
      operators.push({ address: operator, sinceSize: state.size });
      continue;
    }
    const { name: _, batch, ...place } = event;
    if (batch.seq !== state.size || batch.firstIndex !== state.total) {
      throw broken(`batch ${batch.seq} stands where batch ${state.size} should`);
    }
    if (batch.count < 1) throw broken(`batch ${batch.seq} is empty`);
    state = appendBatch(state, batch);
    batches.push({ ...batch, ...place });
  }
  return { operator, operators, state, batches };
}

function broken(why: string): TocsinError {
  return new TocsinError("LOG_HEAD_MISMATCH", `the RPC's events are not the log's history: ${why}`);
}
