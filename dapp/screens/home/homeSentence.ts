import type { HomeState, HomeStateName } from "../../alerts/homeState.ts";
import { msg, t } from "../../i18n/i18n.ts";

const SENTENCES: Record<HomeStateName, string> = {
  settingUp: msg("To begin, choose whose reports your contacts are compared with."),
  checking: msg("Your contact records are being compared with the reports, on this device."),
  noContacts: msg("There are no contact records on this device yet, so there is nothing to compare."),
  stopped: msg("The check ended on this device before it was complete, so there is no new result."),
  possibleExposure: msg("Somebody whom you were near reported that they may be ill."),
  caught: msg("Reports were hidden or altered, and this page noticed."),
  couldNotVerify: msg("Not everything could be verified, so the check is not complete."),
  offline: msg("This device is offline, so it cannot check now. What you see is from the last check."),
  neverChecked: msg("Your contact records have not been compared with any report yet."),
  outOfDate: msg("The last complete check was more than a day ago: check again."),
  newContacts: msg("Contact records were added since the last check: check again to compare them too."),
  lessRelevant: msg("Encounters were found, but none that counts as relevant."),
  nothingDetected: msg("None of your contact records matches a report that was verified."),
};

/** What is so, in one sentence. It never says that anybody is safe: a check only sees what was recorded and reported. */
export function homeSentence({
  name,
  results,
  deleted,
}: Pick<HomeState, "name" | "results" | "deleted">): string {
  if (name === "offline" && results.length === 0) return t("This device is offline, so it cannot check now.");
  if (name === "nothingDetected" && deleted > 0)
    return t("Nothing was found in the verified reports besides what you deleted.");
  return t(SENTENCES[name]);
}
