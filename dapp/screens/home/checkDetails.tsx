import type { SourceResult } from "../../alerts/homeState.ts";
import { formatMoment, formatSpan } from "../../alerts/timeWords.ts";
import type { CheckOutcome } from "../../alerts/outcome.ts";
import { t } from "../../i18n/i18n.ts";
import { sourceName } from "../../sync/source.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Fact, Facts } from "../../ui/panel.tsx";
import { FaultsView } from "./faultsView.tsx";

/** What the last complete check of a source read, for those who want to know. */
export function CheckDetails({ source, outcome }: SourceResult) {
  const { contacts, block, counts, falseFilters } = outcome;
  return (
    <Disclosure summary={t("About this check: {name}", { name: sourceName(source) })}>
      <Facts>
        <Fact name={t("Last checked")}>{formatMoment(outcome.checkedAt)}</Fact>
        <Fact name={t("Contacts compared")}>
          {t("{n, plural, one {# contact record} other {# contact records}}, {span}", {
            n: contacts.count,
            span: formatSpan(contacts.from, contacts.to),
          })}
        </Fact>
        <Fact name={t("Reports compared")}>
          {t(
            "{reports, plural, one {# report} other {# reports}} in " +
              "{batches, plural, one {# batch} other {# batches}}",
            { ...counts },
          )}
        </Fact>
        {counts.directEntries > 0 && (
          <Fact name={t("Sent directly")}>
            {t(
              "{n, plural, one {# entry sent directly to the contract} other {# entries sent directly to the contract}}",
              { n: counts.directEntries },
            )}
          </Fact>
        )}
        <Fact name={t("Read up to")}>
          {t("Block {number}, {moment}", { number: block.number, moment: formatMoment(block.timestamp) })}
        </Fact>
        {counts.passedBatches > 0 && (
          <Fact name={t("Passed over")}>
            {t(
              "{n, plural, one {# batch, whose filter finds none of your contacts: not read} " +
                "other {# batches, whose filters find none of your contacts: not read}}",
              { n: counts.passedBatches },
            )}
          </Fact>
        )}
        {counts.forgedReports > 0 && (
          <Fact name={t("Forged")}>
            {t(
              "{n, plural, one {# report with your contacts’ numbers but a false signature: not counted} " +
                "other {# reports with your contacts’ numbers but a false signature: not counted}}",
              { n: counts.forgedReports },
            )}
          </Fact>
        )}
        {counts.unreadableReports > 0 && (
          <Fact name={t("Unreadable")}>
            {t(
              "{n, plural, one {# report that no reader accepts: skipped} other {# reports that no reader accepts: skipped}}",
              { n: counts.unreadableReports },
            )}
          </Fact>
        )}
        {counts.unknownEntries > 0 && (
          <Fact name={t("Unknown")}>
            {t(
              "{n, plural, one {# entry of a kind that this version does not know: verified, not read} " +
                "other {# entries of a kind that this version does not know: verified, not read}}",
              { n: counts.unknownEntries },
            )}
          </Fact>
        )}
        {falseFilters.length > 0 && (
          <Fact name={t("False filters")}>
            {t("{n, plural, one {# batch, which was read whole} other {# batches, which were read whole}}", {
              n: falseFilters.length,
            })}
          </Fact>
        )}
      </Facts>
      <FaultsView faults={outcome.faults} />
      {outcome.replays.length > 0 && <Replays replays={outcome.replays} />}
    </Disclosure>
  );
}

const SHOWN_REPLAYS = 10;

function Replays({ replays }: Pick<CheckOutcome, "replays">) {
  return (
    <section aria-label={t("Not exposures")} className="flex flex-col gap-2">
      <h3 className="text-lg font-semibold">{t("Not exposures: seen only after the report was public")}</h3>
      <p>
        {t(
          "{n, plural, one {# contact record holds a number that was public already when this device saw it. " +
            "Anybody could have sent it then, so it shows no encounter.} other {# contact records hold numbers that were " +
            "public already when this device saw them. Anybody could have sent them then, so they show no encounter.}}",
          { n: replays.length },
        )}
      </p>
      <ul className="list-disc pl-5">
        {replays.slice(0, SHOWN_REPLAYS).map((contact, i) => (
          <li key={i}>{formatSpan(contact.firstSeen, contact.lastSeen)}</li>
        ))}
      </ul>
    </section>
  );
}
