import { Component, type ReactNode } from "react";
import { t } from "../i18n/i18n.ts";
import { Button } from "../ui/button.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";

/** Stands in for a screen that cannot be shown, so that the navigation and every other screen still can. */
export class ScreenBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override state = { hasFailed: false };

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <>
        <ScreenHeading>{t("This screen cannot be shown")}</ScreenHeading>
        <Panel tone="caution" role="alert">
          <p>
            {t(
              "A part of the page could not be loaded, most often because this device is offline. Nothing that is stored " +
                "on it is lost.",
            )}
          </p>
          <p>
            <Button onClick={() => location.reload()}>{t("Load the page again")}</Button>
          </p>
        </Panel>
      </>
    );
  }
}
