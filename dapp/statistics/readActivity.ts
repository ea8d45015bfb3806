import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { anchorTimes, countBefore } from "@tocsin/protocol/check/horizon.ts";
import { inOrder } from "@tocsin/protocol/check/inOrder.ts";
import { readLog, type LogOrigin } from "@tocsin/protocol/check/readLog.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { EventPlace } from "@tocsin/protocol/log/events.ts";
import { DAY, DAYS_SHOWN } from "./dailyFigures.ts";

/** Blocks whose times are asked for, at most: a busy log's RPC is not asked thousands of questions for a chart. */
export const MAX_TIMES = 600;
/** Blocks that are asked for at once. */
const WIDTH = 4;

/** What the chain tells of a log, all of it public. Times are unix seconds. */
export interface LogActivity {
  /** 0x and 40 digits of hex. */
  operator: string;
  /** How many batches, entries in batches and entries sent directly there are in all. */
  totals: { batches: number; entries: number; direct: number };
  firstBatchAt?: number;
  lastBatchAt?: number;
  /** The newest block that the RPC knows. */
  asOf: { blockNumber: number; time: number };
  /** The newest batches, oldest first; `wait` is the time since the batch before. */
  batches: { anchoredAt: number; entries: number; wait?: number }[];
  /** When the newest entries that were sent directly were mined. */
  direct: number[];
  /** Where there were too many to ask for all: the days up to this time are not known as a whole. */
  unknownUntil?: number;
}

export interface ReadingProgress {
  done: number;
  total: number;
}

/**
 * Reads and verifies a log's events as a check does, and asks when the batches and direct entries of the last days were
 * mined. Nothing but these questions leaves the device, and they are the same for everybody.
 * @throws as readLog; RPC_UNAVAILABLE once the signal is aborted
 */
export async function readActivity(
  rpc: Rpc,
  source: LogOrigin,
  onProgress: (progress: ReadingProgress) => void,
  signal: AbortSignal,
): Promise<LogActivity> {
  const stoppable: Rpc = async (method, params) => {
    signal.throwIfAborted();
    return rpc(method, params);
  };
  const log = await readLog(stoppable, source);
  const timeOf = anchorTimes(stoppable);
  const since = (Math.floor(log.block.timestamp / DAY) - DAYS_SHOWN + 1) * DAY;
  const newestOf = async <E extends EventPlace>(events: readonly E[]) => {
    const older = await countBefore(timeOf, events, since);
    const kept = events.slice(Math.max(older, events.length - MAX_TIMES));
    return { kept, isCut: kept.length < events.length - older };
  };
  const asked = { batches: await newestOf(log.batches), direct: await newestOf(log.directEntries) };
  // The batch before says how long the first one of these was waited for.
  const before = log.batches[log.batches.length - asked.batches.kept.length - 1];
  const places: EventPlace[] = [...(before ? [before] : []), ...asked.batches.kept, ...asked.direct.kept];
  const times: number[] = [];
  for await (const time of inOrder(places, WIDTH, timeOf)) {
    times.push(time);
    onProgress({ done: times.length, total: places.length });
  }
  const batchTimes = times.slice(0, times.length - asked.direct.kept.length);
  const direct = times.slice(batchTimes.length);
  for (const list of [batchTimes, direct]) refuseBackwards([...list, log.block.timestamp]);

  const [previous, own] = before
    ? [batchTimes, batchTimes.slice(1)]
    : [[undefined, ...batchTimes], batchTimes];
  const batches = asked.batches.kept.map(({ count }, i) => {
    const [anchoredAt, last] = [own[i]!, previous[i]];
    return { anchoredAt, entries: count, ...(last === undefined ? {} : { wait: anchoredAt - last }) };
  });
  const unknown = [...(asked.batches.isCut ? [own[0]!] : []), ...(asked.direct.isCut ? [direct[0]!] : [])];
  const [first] = log.batches;
  const last = batchTimes.at(-1);
  return {
    operator: to0x(log.operator),
    totals: { batches: log.state.size, entries: log.state.total, direct: log.directEntries.length },
    ...(first ? { firstBatchAt: await timeOf(first) } : {}),
    ...(last === undefined ? {} : { lastBatchAt: last }),
    asOf: { blockNumber: log.block.number, time: log.block.timestamp },
    batches,
    direct,
    ...(unknown.length === 0 ? {} : { unknownUntil: Math.max(...unknown) }),
  };
}

/** Blocks never go back in time. */
function refuseBackwards(times: readonly number[]): void {
  if (times.some((time, i) => time < (times[i - 1] ?? 0))) {
    throw new TocsinError("RPC_INVALID", "the RPC gave times of blocks that go backwards");
  }
}
