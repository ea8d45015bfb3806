import { useEffect } from "react";
import type { Store } from "../storage/store.ts";
import { httpRpc } from "../sync/rpc.ts";
import { followReport, isSettled } from "./follow.ts";
import type { OwnReport } from "./ownReport.ts";

const SOON_MS = 3_000;
const LATER_MS = 15_000;

/** Follows the reports that were sent until they are final, as long as the component is shown. */
export function useFollowReports(store: Store, rpcUrl: string | undefined): void {
  useEffect(() => {
    if (rpcUrl === undefined) return undefined;
    const rpc = httpRpc(rpcUrl);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const round = async (): Promise<void> => {
      const open = (await store.ownReports()).filter(
        (report) => report.state !== "unsent" && !isSettled(report),
      );
      for (const report of open) {
        if (stopped) return;
        const followed = await followReport(report, rpc);
        if (isNews(report, followed)) await store.updateReport(followed);
      }
      const waiting = open.some((report) => report.state !== "anchored");
      schedule(waiting || open.length === 0 ? SOON_MS : LATER_MS);
    };
    const schedule = (delay: number): void => {
      if (!stopped) timer = setTimeout(() => void round().catch(() => schedule(LATER_MS)), delay);
    };
    schedule(0);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [store, rpcUrl]);
}

function isNews(before: OwnReport, after: OwnReport): boolean {
  return before.state !== after.state || before.problem !== after.problem;
}
