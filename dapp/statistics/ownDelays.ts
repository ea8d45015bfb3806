import type { OwnReport } from "../report/ownReport.ts";
import { sourceId, type Source } from "../sync/source.ts";

/** How long one of this device's reports took until it was anchored. Times are unix seconds. */
export interface OwnDelay {
  leaf: string;
  signedAt: number;
  anchoredAt: number;
  /** By when the relayer had promised to anchor it, where its receipt is here. */
  deadline: number | undefined;
}

/** The anchored reports of one log, the first signed first. */
export function ownDelays(reports: readonly OwnReport[], source: Source): OwnDelay[] {
  return reports
    .filter(({ log }) => sourceId(log) === sourceId(source))
    .flatMap(({ leaf, createdAt, anchor, receipt }) =>
      anchor
        ? [{ leaf, signedAt: createdAt, anchoredAt: anchor.anchoredAt, deadline: receipt?.deadline }]
        : [],
    )
    .sort((a, b) => a.signedAt - b.signedAt);
}
