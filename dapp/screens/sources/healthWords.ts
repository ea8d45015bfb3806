import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { isCaught, type SourceHealth } from "../../sync/sourceHealth.ts";
import { explainFailure } from "../../verify/explainError.ts";

/** What became of the last check of a source, in one sentence. */
export function healthWords(health: SourceHealth | undefined): string {
  if (!health) return t("Never checked.");
  const time = formatMoment(health.checkedAt);
  if (!health.failure) return t("Verified: {time}.", { time });
  if (isCaught(health)) return t("Caught hiding or rewriting: {time}.", { time });
  const { step } = explainFailure(health.failure);
  return t("Could not be verified: {time}. What failed: {step}.", { time, step });
}
