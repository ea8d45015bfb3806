import { useEffect, useState, useSyncExternalStore } from "react";
import { t } from "../i18n/i18n.ts";
import { isReporting } from "../report/reporting.ts";
import { usePage } from "../screens/context.ts";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";
import { isNewVersionReady, subscribeToNewVersion, takeNewVersion } from "./newVersion.ts";

const LOOK_MS = 1_000;

/** Offers a newer version of the page, but never in the middle of a report or a check: loading anew would end it. */
export function NewVersionNotice() {
  const { check } = usePage();
  const isReady = useSyncExternalStore(subscribeToNewVersion, isNewVersionReady);
  const [isBusy, setBusy] = useState(isReporting);
  useEffect(() => {
    if (!isReady) return undefined;
    const look = (): void => setBusy(isReporting());
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [isReady]);
  if (!isReady || isBusy || check.state.status === "running") return null;
  return (
    <Panel role="status">
      <p>
        {t("A new version of this page is ready. It comes into use when you open the page the next time.")}
      </p>
      <p>
        <Button
          onClick={() => {
            if (!isReporting()) takeNewVersion();
          }}
        >
          {t("Use it now")}
        </Button>
      </p>
    </Panel>
  );
}
