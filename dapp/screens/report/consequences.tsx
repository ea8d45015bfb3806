import { t } from "../../i18n/i18n.ts";

/** What somebody agrees to who publishes a report. */
export function Consequences() {
  return (
    <>
      <h3 className="text-lg font-semibold">{t("What others may learn")}</h3>
      <ul className="flex list-disc flex-col gap-1.5 pl-5">
        <li>
          {t(
            "The report is public and cannot be taken back. It holds no name, place or phone number, only what you said of " +
              "symptoms, the day of the report and what your contact numbers are made from.",
          )}
        </li>
        <li>
          {t(
            "Somebody whose device was near yours in these hours learns when that was. If they remember meeting you then, " +
              "they may work out that the report is yours, and that you are ill. This page cannot prevent that: leave out the " +
              "hours in which you do not want to be recognised.",
          )}
        </li>
        <li>
          {t(
            "Somebody who recorded numbers in several places can see which of them belong to one report, and so follow that " +
              "device for as long as its key lasted, usually six hours. From the first hour chosen on, this is so for every " +
              "later number of the same key, also in hours that you leave out.",
          )}
        </li>
        <li>{t("Reports with the same rare symptoms on the same day can be taken for one person’s.")}</li>
        <li>
          {t(
            "The relayer sees your network address while it takes the reports. It is built not to keep it; whoever does not " +
              "want to rely on that hides the address, such as with Tor or a VPN.",
          )}
        </li>
        <li>
          {t(
            "The keys of these hours are retired: what is not reported of them now can never be reported, and a new key must " +
              "be used for broadcasting.",
          )}
        </li>
      </ul>
    </>
  );
}
