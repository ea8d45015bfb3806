import { Link } from "wouter";
import { t } from "../../i18n/i18n.ts";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/emptyState.tsx";
import { ScreenHeading } from "../../ui/heading.tsx";

/** For an address that names an alert which is not stored. */
export function NoAlert() {
  return (
    <>
      <ScreenHeading>{t("This alert is not here")}</ScreenHeading>
      <EmptyState title={t("There is no such alert on this device")}>
        <p>
          {t(
            "Alerts are deleted after 14 days, and when you erase your contact records. The last check may also not have found " +
              "this one any more.",
          )}
        </p>
        <Link href="/alerts" className={buttonClass("plain")}>
          {t("All alerts")}
        </Link>
      </EmptyState>
    </>
  );
}
