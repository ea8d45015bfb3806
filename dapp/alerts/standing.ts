import { MEMO_TYPES, type Report } from "@tocsin/protocol/report/report.ts";
import { t } from "../i18n/i18n.ts";

/**
 * Who stands for what a report says. No form of report that there is names anybody besides its sender: one that carries a
 * confirmation would get its words here, and only here.
 */
export function standingWords({ memoType }: Pick<Report, "memoType">): string {
  return memoType === MEMO_TYPES.coepiV1
    ? t("Self-reported: nobody has confirmed it")
    : t("Self-reported, as far as this page can tell: nobody is known to have confirmed it");
}
