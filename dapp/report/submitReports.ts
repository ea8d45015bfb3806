import type { Store } from "../storage/store.ts";
import { unixNow } from "../storage/clock.ts";
import type { Settings } from "../sync/settings.ts";
import { planHours } from "./hours.ts";
import { signReports, type OwnReport } from "./ownReport.ts";
import { readOperator, sendReport, shuffled } from "./send.ts";
import { memoOf, type SymptomAnswers } from "./symptoms.ts";

/** How many reports have been tried, and of how many the receipt was verified. */
export interface SendProgress {
  tried: number;
  received: number;
  total: number;
}

/**
 * Signs the reports of the chosen hours and sends them in random order. The chain is read first: when it cannot be,
 * nothing is signed. From the moment of signing the keys are retired and the reports are kept, so that what could not
 * be sent can be sent again.
 * @param hours starts of hours, unix seconds
 * @throws NOTHING_TO_REPORT, as readLog, or an Error when the keys were reported elsewhere meanwhile
 */
export async function submitReports(
  store: Store,
  settings: Settings,
  hours: readonly number[],
  answers: SymptomAnswers,
  onProgress: (progress: SendProgress) => void,
): Promise<SendProgress> {
  const operator = await readOperator(settings);
  const now = unixNow();
  const keys = (await store.keys()).filter((key) => key.retiredAt === undefined);
  const plans = planHours(keys, hours, now);
  const reports = signReports(plans, memoOf(answers, now), settings, now);
  const raks = plans.map((plan) => plan.key.rak);
  if (!(await store.keepReports(reports, raks, now))) {
    throw new Error("A key of these hours was reported in another tab meanwhile.");
  }
  return sendAll(store, reports, operator, onProgress);
}

/** Sends again what could not be sent. @throws as readLog */
export async function resendReports(
  store: Store,
  settings: Settings,
  reports: readonly OwnReport[],
): Promise<SendProgress> {
  return sendAll(store, reports, await readOperator(settings), () => undefined);
}

async function sendAll(
  store: Store,
  reports: readonly OwnReport[],
  operator: Uint8Array,
  onProgress: (progress: SendProgress) => void,
): Promise<SendProgress> {
  let progress: SendProgress = { tried: 0, received: 0, total: reports.length };
  onProgress(progress);
  for (const report of shuffled(reports)) {
    const sent = await sendReport(report, operator);
    await store.updateReport(sent);
    const received = progress.received + (sent.state === "unsent" ? 0 : 1);
    progress = { ...progress, tried: progress.tried + 1, received };
    onProgress(progress);
  }
  return progress;
}
