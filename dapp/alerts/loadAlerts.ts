import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { LogSource } from "@tocsin/protocol/check/readLog.ts";
import type { Store } from "../storage/store.ts";
import { sourceId, sourceName, type Source } from "../sync/source.ts";
import type { AlertMark } from "./alertMark.ts";
import type { ExposureAlert } from "./outcome.ts";

/** An exposure, where it was found, and what the user said of it. */
export interface StoredAlert extends ExposureAlert {
  /** The log whose reports cover it. */
  log: Required<LogSource>;
  mark: AlertMark;
}

/** What the last complete checks of all logs found. */
export interface StoredAlerts {
  /** Latest encounter first, those that the user deleted too. */
  alerts: StoredAlert[];
  /** When the last of these checks ended, unix seconds; undefined where there was none. */
  checkedAt?: number;
}

export async function loadAlerts({ results }: Store): Promise<StoredAlerts> {
  const [outcomes, marks] = await Promise.all([results.outcomes(), results.marks()]);
  const all = [...outcomes.values()];
  const alerts = all.flatMap(({ source, exposures }) =>
    exposures.map((exposure) => ({
      ...exposure,
      log: source,
      mark: marks.get(exposure.id) ?? { id: exposure.id },
    })),
  );
  return {
    alerts: alerts.sort((a, b) => b.lastSeen - a.lastSeen),
    ...(all.length === 0 ? {} : { checkedAt: Math.max(...all.map(({ checkedAt }) => checkedAt)) }),
  };
}

/**
 * What the logs of alerts are called, also those that are not followed any more.
 * @returns undefined for every one where there is only one log
 */
export function namesOfLogs(
  alerts: readonly StoredAlert[],
  sources: readonly Source[],
): (alert: StoredAlert) => string | undefined {
  const nameless = alerts.map(({ log }) => ({ ...log, registry: to0x(log.registry), name: "" }));
  const names = new Map([...nameless, ...sources].map((source) => [sourceId(source), sourceName(source)]));
  return ({ log }) =>
    names.size > 1 ? names.get(sourceId({ ...log, registry: to0x(log.registry) })) : undefined;
}
