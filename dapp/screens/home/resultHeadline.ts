import type { HomeState } from "../../alerts/homeState.ts";
import { headlineOf } from "../../alerts/relevance.ts";
import { t } from "../../i18n/i18n.ts";
import { sourceNames } from "./sourceNames.ts";

/**
 * A result in a few words. That nothing was detected is said without names only where all logs were verified.
 * @param followed how many sources there are
 */
export function resultHeadline({ found, deleted, verified }: HomeState, followed: number): string {
  const count = found.relevant.length + found.lessRelevant.length;
  if (count > 0) return headlineOf(found);
  if (deleted > 0) return t("Nothing besides what you deleted");
  if (verified.length === followed) return headlineOf(found);
  if (verified.length === 0) return t("The last complete check");
  return t("No exposures detected in {names}", { names: sourceNames(verified) });
}
