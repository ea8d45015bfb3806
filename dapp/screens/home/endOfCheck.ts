import type { HomeState } from "../../alerts/homeState.ts";
import { t } from "../../i18n/i18n.ts";
import { resultHeadline } from "./resultHeadline.ts";

/** How a check ended, in words that are read out. @param followed how many sources there are */
export function endOfCheck(state: HomeState, followed: number): string {
  const { name, failures, oldest } = state;
  if (name === "checking") return "";
  if (failures.length > 0)
    return t(
      "The check has ended. {n, plural, one {# log could not be verified.} other {# logs could not be verified.}}",
      { n: failures.length },
    );
  // What was found may have been erased since.
  return oldest ? t("The check is complete. {headline}.", { headline: resultHeadline(state, followed) }) : "";
}
