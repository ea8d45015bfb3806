import { unixNow } from "../storage/clock.ts";
import { oneTab } from "../storage/oneTab.ts";
import type { Store } from "../storage/store.ts";
import { sourceId, type Source } from "../sync/source.ts";
import type { OwnReport } from "./ownReport.ts";
import { problemOf } from "./problem.ts";
import { randomBelow } from "./randomBelow.ts";
import { postDummy } from "./relayer.ts";
import { beginReporting } from "./reporting.ts";
import { sendReport } from "./send.ts";
import { postponed, waitingUploads, withoutDummy, type Upload } from "./uploadPlan.ts";

let running: Promise<void> | undefined;

/**
 * Sends all that is due, one upload after the other in random order, so that the order of arrival says nothing about the
 * order of the numbers. What could not be sent is put off. Of several calls, and of several tabs, one sends at a time; a
 * report that is sent twice all the same changes nothing.
 */
export function sendDue(store: Store, sources: readonly Source[]): Promise<void> {
  running ??= oneTab("uploads", () => sendAll(store, sources)).finally(() => (running = undefined));
  return running;
}

async function sendAll(store: Store, sources: readonly Source[]): Promise<void> {
  const end = beginReporting();
  try {
    for (;;) {
      const reports = await store.ownReports();
      const due = waitingUploads(reports, sources).filter(({ dueAt }) => dueAt <= unixNow());
      if (due.length === 0) return;
      const upload = due[randomBelow(due.length)]!;
      const report = reports.find(({ leaf }) => leaf === upload.leaf)!;
      const source = sources.find((each) => sourceId(each) === sourceId(report.log))!;
      await send(store, source, report, upload);
    }
  } finally {
    end();
  }
}

async function send(store: Store, source: Source, report: OwnReport, upload: Upload): Promise<void> {
  try {
    if (upload.isDummy) {
      await postDummy(report.relayer);
      await store.changeReport(report.leaf, (kept) => withoutDummy(kept, upload.dueAt));
    } else {
      const receipt = await sendReport(report, source);
      await store.changeReport(report.leaf, ({ problem: _, dueAt: __, ...kept }) => ({
        ...kept,
        state: "received",
        receipt,
      }));
    }
  } catch (error) {
    const problem = problemOf(error);
    await store.changeReport(report.leaf, (kept) => postponed(kept, upload, unixNow(), problem));
  }
}
