import { Link } from "wouter";
import type { HomeState } from "../../alerts/homeState.ts";
import { formatMoment, formatSpan } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { resultHeadline } from "./resultHeadline.ts";
import { sourceNames } from "./sourceNames.ts";

/** What the complete checks found, and of what: when, which contacts, which logs. */
export function ResultPanel({ state }: { state: HomeState }) {
  const { sources } = usePage();
  const { name, results, verified, unchecked, found, deleted, unread, oldest, isOutOfDate, hasNewContacts } =
    state;
  if (!oldest) return null;
  const count = found.relevant.length + found.lessRelevant.length;
  const compared = verified.length > 0 ? verified : results.map(({ source }) => source);
  const { contacts } = oldest;
  return (
    <Panel tone={toneOf(state)} label={t("Result")}>
      <h2 className="text-2xl font-semibold">{resultHeadline(state, sources.length)}</h2>
      {found.relevant.length > 0 && (
        <p>
          {t(
            "{n, plural, one {# encounter with somebody who reported that they may be ill was found.} " +
              "other {# encounters with people who reported that they may be ill were found.}}",
            { n: found.relevant.length },
          )}
        </p>
      )}
      {found.lessRelevant.length > 0 && (
        <p>
          {t(
            "{n, plural, one {# encounter with somebody who reported does not meet all of what counts as relevant.} " +
              "other {# encounters with people who reported do not meet all of what counts as relevant.}}",
            { n: found.lessRelevant.length },
          )}
        </p>
      )}
      {count > 0 ? (
        <p>
          {t(
            "This is what their app said, not a diagnosis. If you feel ill or are worried, call a doctor or your health " +
              "service, and tell them of the encounter.",
          )}
        </p>
      ) : (
        <p>
          {verified.length === 0 &&
            deleted === 0 &&
            `${t("At that time no exposures were detected in {names}.", { names: sourceNames(compared) })} `}
          {t("People who did not report, or whose numbers were not recorded, cannot be found this way.")}
        </p>
      )}
      {deleted > 0 && (
        <p>
          {t(
            "{n, plural, one {# alert that you deleted is not counted.} other {# alerts that you deleted are not counted.}}",
            { n: deleted },
          )}
        </p>
      )}
      {verified.length > 0 && verified.length < sources.length && (
        <p className="font-medium">
          {t("This is the result for {names} alone.", { names: sourceNames(compared) })}
        </p>
      )}
      {unchecked.length > 0 && (
        <p className="font-medium">{t("Not checked yet: {names}.", { names: sourceNames(unchecked) })}</p>
      )}
      {isOutOfDate && name !== "outOfDate" && (
        <p className="font-medium">{t("This result is more than a day old: check again.")}</p>
      )}
      {hasNewContacts && name !== "newContacts" && (
        <p className="font-medium">
          {t("Contact records have been added since. Check again to compare them too.")}
        </p>
      )}
      {count > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Link href="/alerts" className={buttonClass(found.relevant.length > 0 ? "main" : "plain")}>
            {t("Show alerts")}
          </Link>
          <span>
            {unread > 0
              ? t("{n, plural, one {# alert is unread} other {# alerts are unread}}", { n: unread })
              : t("You have read all of them")}
          </span>
        </div>
      )}
      <Facts>
        <Fact name={t("Last checked")}>{formatMoment(oldest.checkedAt)}</Fact>
        <Fact name={t("Contacts compared")}>
          {t("{n, plural, one {# contact record} other {# contact records}}, {span}", {
            n: contacts.count,
            span: formatSpan(contacts.from, contacts.to),
          })}
        </Fact>
        <Fact name={t("Compared with")}>
          {t("{n, plural, one {# log: {names}} other {# logs: {names}}}", {
            n: compared.length,
            names: sourceNames(compared),
          })}
        </Fact>
      </Facts>
    </Panel>
  );
}

function toneOf({
  found,
  verified,
  isOutOfDate,
  hasNewContacts,
}: HomeState): "calm" | "caution" | "alarm" | "plain" {
  if (found.relevant.length > 0) return "alarm";
  if (found.lessRelevant.length > 0 || isOutOfDate) return "caution";
  return verified.length > 0 && !hasNewContacts ? "calm" : "plain";
}
