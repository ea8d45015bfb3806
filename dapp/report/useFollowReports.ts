import { useEffect } from "react";
import type { Store } from "../storage/store.ts";
import { httpRpc } from "../sync/rpc.ts";
import { sourceId, type Source } from "../sync/source.ts";
import { followReport, isSettled } from "./follow.ts";
import type { OwnReport } from "./ownReport.ts";

const SOON_MS = 2_000;
const LATER_MS = 15_000;

/**
 * Follows the reports that were sent until they are final, each through the source of its log, as long as the component
 * is shown. Asks about one at a time, in turn and at one pace: whoever watches the connection must not be able to count
 * the reports by the questions.
 */
export function useFollowReports(store: Store, sources: readonly Source[]): void {
  // The same sources read again must not make it ask again.
  const followed = JSON.stringify(sources.map((source) => [sourceId(source), source.rpc]));
  useEffect(() => {
    const addresses = JSON.parse(followed) as [id: string, rpc: string][];
    const rpcs = new Map(addresses.map(([id, rpc]) => [id, httpRpc(rpc)]));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    /** In which turn a report was asked about last. */
    const turns = new Map<string, number>();
    let turn = 0;
    const round = async (): Promise<void> => {
      const open = (await store.ownReports()).filter(
        (report) => report.state !== "unsent" && !isSettled(report) && rpcs.has(sourceId(report.log)),
      );
      const turnOf = ({ leaf }: OwnReport): number => turns.get(leaf) ?? 0;
      const [report] = open.sort((a, b) => turnOf(a) - turnOf(b));
      if (report && !stopped) {
        turns.set(report.leaf, ++turn);
        const news = await followReport(report, rpcs.get(sourceId(report.log))!);
        if (isNews(report, news)) {
          await store.changeReport(report.leaf, (kept) => withDummiesOf(kept, news));
        }
      }
      const isAllAnchored = open.length > 0 && open.every(({ state }) => state === "anchored");
      schedule(isAllAnchored ? LATER_MS : SOON_MS);
    };
    const schedule = (delay: number): void => {
      if (!stopped) timer = setTimeout(() => void round().catch(() => schedule(LATER_MS)), delay);
    };
    schedule(0);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [store, followed]);
}

function isNews(before: OwnReport, after: OwnReport): boolean {
  return before.state !== after.state || before.problem?.code !== after.problem?.code;
}

/** Dummies may have been sent while the relayer was asked. */
function withDummiesOf({ dummiesDueAt }: OwnReport, { dummiesDueAt: _, ...followed }: OwnReport): OwnReport {
  return dummiesDueAt ? { ...followed, dummiesDueAt } : followed;
}
