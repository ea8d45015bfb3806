import { Link } from "wouter";
import type { HomeState } from "../../alerts/homeState.ts";
import { formatSpan } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { EmptyState } from "../../ui/emptyState.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { sourceNames } from "./sourceNames.ts";

/** What is missing before anything can be checked, or what the first check will compare. */
export function BeforeFirstCheck({ state: { name, results, failures, contacts } }: { state: HomeState }) {
  const { sources, site, recorder } = usePage();
  if (name === "settingUp") {
    return (
      <EmptyState title={t("No source has been chosen")}>
        <p>
          {t("A source is a public log of reports, such as that of your community. You can follow several.")}
        </p>
        {site.problem !== undefined && (
          <div className="w-full">
            <Disclosure summary={t("This site’s suggestion cannot be used")}>
              <p>{t("This site’s tocsin.json cannot be used: {problem}", { problem: site.problem })}</p>
            </Disclosure>
          </div>
        )}
        <Link href="/sources" className={buttonClass("main")}>
          {t("Choose a source")}
        </Link>
      </EmptyState>
    );
  }
  if (name === "noContacts") {
    return (
      <EmptyState title={t("No contact records yet")}>
        <p>
          {recorder.connection
            ? t("Your recorder has not given any yet.")
            : t(
                "They are the numbers that a recorder, or an app on your phone, heard from others. Connect the recorder, or " +
                  "import the app’s file.",
              )}
        </p>
        <Link href="/data" className={buttonClass("main")}>
          {t("Add contact records")}
        </Link>
      </EmptyState>
    );
  }
  if (name === "checking" || results.length > 0 || failures.length > 0) return null;
  const { count, from = 0, to = 0 } = contacts;
  return (
    <Panel label={t("What a check compares")}>
      <h2 className="text-xl font-semibold">{t("Not checked yet")}</h2>
      <p>
        {t(
          "A check fetches the public reports, verifies them, and compares them with your contact records on this device. " +
            "Your contacts are sent to nobody.",
        )}
      </p>
      <Facts>
        <Fact name={t("Contact records")}>
          {t("{n, plural, one {# contact record} other {# contact records}}, {span}", {
            n: count,
            span: formatSpan(from, to),
          })}
        </Fact>
        <Fact name={t("Compared with")}>
          {t("{n, plural, one {# log: {names}} other {# logs: {names}}}", {
            n: sources.length,
            names: sourceNames(sources),
          })}
        </Fact>
      </Facts>
    </Panel>
  );
}
