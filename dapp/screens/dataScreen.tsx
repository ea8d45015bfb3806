import { useState } from "react";
import { parseContactRecords } from "@tocsin/protocol/match/contactRecords.ts";
import { parseBroadcastKeys } from "@tocsin/protocol/report/broadcastKeys.ts";
import { count, formatMoment } from "../alerts/timeWords.ts";
import { unixNow } from "../storage/clock.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { ConfirmButton } from "../ui/confirmButton.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";
import { ImportFile } from "./importFile.tsx";

const load = async (store: Store) => ({
  contacts: await store.contactSummary(),
  keys: await store.keys(),
  reports: await store.ownReports(),
});

export default function DataScreen() {
  const { store } = usePage();
  const [status, setStatus] = useState("");
  const stored = useStored(store, load);
  if (!stored) return null;
  const { contacts, keys, reports } = stored;
  const retired = keys.filter((key) => key.retiredAt !== undefined).length;
  return (
    <>
      <ScreenHeading>My data</ScreenHeading>
      <p>
        All of this is stored in this browser, on this device. Contact records and keys are never sent; your
        reports are, when you send them. Contact records and broadcast keys older than 14 days are ignored and
        deleted. So that a check reads only what is new, what the last one read is stored with them, and which
        reports matched; it is never sent, and is deleted with your contact records.
      </p>
      <Panel label="Contact records">
        <h2 className="text-xl font-semibold">Contact records</h2>
        <p>
          {count(contacts.count, "contact record")} stored
          {contacts.from !== undefined &&
            contacts.to !== undefined &&
            `, from ${formatMoment(contacts.from)} to ${formatMoment(contacts.to)}`}
          . They are the numbers that your device heard from others.
        </p>
        <ImportFile
          label="Contact records file"
          read={async (text) => {
            const { records, errors } = parseContactRecords(text);
            return { errors, ...(await store.importContacts(records, unixNow())) };
          }}
        />
        {contacts.count > 0 && (
          <div>
            <ConfirmButton
              label="Erase contact records"
              question="Erase all contact records?"
              warning="Encounters in them can then not be found any more. The last result and what checks remember are erased with them."
              onConfirm={() => void store.eraseContacts().then(() => setStatus("Contact records erased."))}
            />
          </div>
        )}
      </Panel>
      <Panel label="Broadcast keys">
        <h2 className="text-xl font-semibold">Broadcast keys</h2>
        <p>
          {count(keys.length, "broadcast key")} stored
          {retired > 0 && `, ${retired} of them retired by a report`}. The numbers that your device sent were
          made from them. They are secret: whoever has them can report in your name.
        </p>
        <ImportFile
          label="Broadcast keys file"
          read={async (text) => {
            const { records, errors } = parseBroadcastKeys(text);
            return { errors, ...(await store.importKeys(records, unixNow())) };
          }}
        />
        {keys.length > 0 && (
          <div>
            <ConfirmButton
              label="Erase broadcast keys"
              question="Erase all broadcast keys?"
              warning="The hours in which they were used can then not be reported any more."
              onConfirm={() => void store.eraseKeys().then(() => setStatus("Broadcast keys erased."))}
            />
          </div>
        )}
      </Panel>
      <Panel label="Own reports">
        <h2 className="text-xl font-semibold">Your reports</h2>
        <p>
          {count(reports.length, "report")} that you signed, with receipts. Erasing them here takes nothing
          back.
        </p>
        {reports.length > 0 && (
          <div>
            <ConfirmButton
              label="Erase reports"
              question="Erase your reports from this device?"
              warning="What was sent stays public. You lose the receipts, and reports that were not sent yet are lost."
              onConfirm={() => void store.eraseReports().then(() => setStatus("Reports erased."))}
            />
          </div>
        )}
      </Panel>
      <div>
        <ConfirmButton
          label="Erase everything"
          question="Erase everything on this device?"
          warning="Contact records, broadcast keys, reports, the last result, what checks remember and your settings are deleted for good."
          onConfirm={() => void store.eraseEverything().then(() => setStatus("Everything erased."))}
        />
      </div>
      <p role="status">{status}</p>
    </>
  );
}
