import { useState } from "react";
import { Link } from "wouter";
import { hoursSent } from "../report/hours.ts";
import { useFollowReports } from "../report/useFollowReports.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { buttonClass } from "../ui/button.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { useNow } from "../ui/useNow.ts";
import { usePage } from "./context.ts";
import { OwnReports } from "./report/ownReports.tsx";
import { ReportFlow } from "./report/reportFlow.tsx";

const load = async (store: Store) => ({ keys: await store.keys(), reports: await store.ownReports() });

export default function ReportScreen() {
  const { store, settings } = usePage();
  const stored = useStored(store, load);
  const now = useNow();
  const [busy, setBusy] = useState(false);
  useFollowReports(store, settings?.rpc);
  if (!stored) return null;
  const keys = stored.keys.filter((key) => key.retiredAt === undefined);
  const hours = hoursSent(keys, now);
  const canReport = settings !== undefined && settings.relayer !== "";
  return (
    <>
      <ScreenHeading>Report symptoms</ScreenHeading>
      <p>
        If you have fallen ill you can publish the contact numbers that your device sent in the hours that you
        choose. Whoever was near you then can find out, without learning from this page who you are.
      </p>
      {!canReport && (
        <Panel tone="caution">
          <p>{settings ? "No relayer has been chosen that takes reports." : "No log has been chosen yet."}</p>
          <p>
            <Link href="/settings" className={buttonClass("main")}>
              Open settings
            </Link>
          </p>
        </Panel>
      )}
      {canReport && !busy && hours.length === 0 && (
        <Panel tone="caution">
          <p>
            {stored.keys.length > keys.length
              ? "The keys on this device have been reported, and there are no others. A new key must be used for broadcasting; its hours can be reported once it is imported."
              : "There are no broadcast keys on this device whose numbers have left the air."}
          </p>
          <p>
            <Link href="/data" className={buttonClass("main")}>
              Import broadcast keys
            </Link>
          </p>
        </Panel>
      )}
      {canReport && (busy || hours.length > 0) && (
        <ReportFlow settings={settings} keys={keys} hours={hours} onBusy={setBusy} />
      )}
      {stored.reports.length > 0 && <OwnReports reports={stored.reports} sending={busy} />}
    </>
  );
}
