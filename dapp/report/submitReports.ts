import { unixNow } from "../storage/clock.ts";
import type { Store } from "../storage/store.ts";
import type { Source } from "../sync/source.ts";
import { planHours } from "./hours.ts";
import { signReports } from "./ownReport.ts";
import { readOperator } from "./send.ts";
import { memoOf, type SymptomAnswers } from "./symptoms.ts";
import { allDue, scheduleUploads, waitingUploads, type Spread } from "./uploadPlan.ts";

/**
 * Signs the reports of the chosen hours and keeps them with the times at which they are to be sent: useSendDue sends them.
 * The chain is read first: when it cannot be, nothing is signed. From the moment of signing the keys are retired.
 * @param hours starts of hours, unix seconds
 * @returns the reports' leaves
 * @throws NOTHING_TO_REPORT, as readLog, or an Error when the keys were reported elsewhere meanwhile
 */
export async function submitReports(
  store: Store,
  source: Source,
  hours: readonly number[],
  answers: SymptomAnswers,
  spread: Spread,
): Promise<string[]> {
  await readOperator(source);
  const now = unixNow();
  const keys = (await store.keys()).filter((key) => key.retiredAt === undefined);
  const plans = planHours(keys, hours, now);
  const signed = signReports(plans, memoOf(answers, now), source, now);
  const reports = scheduleUploads(signed, now, spread);
  const raks = plans.map((plan) => plan.key.rak);
  if (!(await store.keepReports(reports, raks, now))) {
    throw new Error("a key of these hours was reported in another tab meanwhile");
  }
  return reports.map(({ leaf }) => leaf);
}

/** Makes everything due that waits for these sources. */
export async function sendRestNow(store: Store, sources: readonly Source[]): Promise<void> {
  const now = unixNow();
  const leaves = new Set(waitingUploads(await store.ownReports(), sources).map(({ leaf }) => leaf));
  for (const leaf of leaves) await store.changeReport(leaf, (report) => allDue(report, now));
}
