import { useState } from "react";
import { Link } from "wouter";
import { t } from "../i18n/i18n.ts";
import { unpair } from "../recorder/bridge.ts";
import { unixNow } from "../storage/clock.ts";
import { cancelImports } from "../storage/files.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { buttonClass } from "../ui/button.tsx";
import { ConfirmButton } from "../ui/confirmButton.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { StatusLine } from "../ui/statusLine.tsx";
import { usePage } from "./context.ts";
import { ContactsPanel } from "./data/contactsPanel.tsx";
import { ExportButton } from "./data/exportButton.tsx";
import { Keeping } from "./data/keeping.tsx";
import { KeysPanel } from "./data/keysPanel.tsx";
import { ReportsPanel } from "./data/reportsPanel.tsx";

const load = async (store: Store) => ({
  contacts: await store.contactSummary(),
  keys: await store.keys(),
  reports: await store.ownReports(),
  results: (await store.results.outcomes()).size,
  remembered: await store.results.rememberedBatches(),
});

export default function DataScreen() {
  const { store, sources, check, recorder } = usePage();
  const [status, setStatus] = useState("");
  const stored = useStored(store, load);
  if (!stored) return null;
  const { contacts, keys, reports, results, remembered } = stored;

  const erase = async (erased: () => Promise<void>, said: string): Promise<void> => {
    // Nothing that runs may store what it began with once it is erased.
    check.cancel();
    cancelImports();
    await erased();
    setStatus(said);
  };

  const eraseEverything = async (): Promise<void> => {
    // It may be out of reach; without the token nobody can ask it in this page's name.
    if (recorder.connection) void unpair(recorder.connection).catch(() => undefined);
    await store.eraseEverything();
  };

  return (
    <>
      <ScreenHeading>{t("My data")}</ScreenHeading>
      <p>
        {t(
          "All of this is stored in this browser, on this device. Contact records and keys are never sent; your reports " +
            "are, when you send them.",
        )}
      </p>
      <ContactsPanel
        contacts={contacts}
        onErase={() => void erase(() => store.eraseContacts(unixNow()), t("Contact records erased."))}
        onStatus={setStatus}
      />
      <KeysPanel keys={keys} onStatus={setStatus} />
      <ReportsPanel count={reports.length} onStatus={setStatus} />
      <Panel label={t("Results")}>
        <h2 className="text-xl font-semibold">{t("Results")}</h2>
        <p>
          {t(
            "{results, plural, =0 {No result} one {The result of # source} other {The results of # sources}} stored.",
            {
              results,
            },
          )}{" "}
          {t(
            "The next check takes the place of the last one. An exposure is kept no longer than the contact records that " +
              "it is about.",
          )}
        </p>
        <p>
          {t(
            "{remembered, plural, =0 {Checks remember no batch.} one {Checks remember # batch.} other {Checks remember # batches.}}",
            { remembered },
          )}{" "}
          {t(
            "So that the next check reads only what is new, it is kept which reports matched; for 14 days after they were " +
              "anchored. All of this is erased with your contact records.",
          )}
        </p>
      </Panel>
      <Panel label={t("Sources and settings")}>
        <h2 className="text-xl font-semibold">{t("Sources and settings")}</h2>
        <p>
          {t(
            "{n, plural, =0 {No source} one {# source} other {# sources}}, your settings and what counts as relevant. Kept " +
              "until you change or erase them.",
            { n: sources.length },
          )}
        </p>
        <div className="flex flex-wrap gap-3">
          <Link href="/sources" className={buttonClass("plain")}>
            {t("Sources")}
          </Link>
          <Link href="/settings" className={buttonClass("plain")}>
            {t("Settings")}
          </Link>
        </div>
      </Panel>
      <Keeping />
      <Panel label={t("Everything")}>
        <h2 className="text-xl font-semibold">{t("Everything")}</h2>
        <p>
          {t(
            "The export of everything holds your broadcast keys. They are secret: whoever has the file can report in your " +
              "name and knows whom you met.",
          )}
        </p>
        <div className="flex flex-wrap gap-3">
          <ExportButton kind="everything" label={t("Export everything")} onStatus={setStatus} />
          <ConfirmButton
            label={t("Erase everything")}
            question={t("Erase everything on this device?")}
            warning={t(
              "Contact records, broadcast keys, reports, the last result, what checks remember and your settings are deleted for good.",
            )}
            onConfirm={() => void erase(eraseEverything, t("Everything erased."))}
          />
        </div>
      </Panel>
      <StatusLine>{status}</StatusLine>
    </>
  );
}
