import { useState } from "react";
import { Link } from "wouter";
import { t } from "../i18n/i18n.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { sourceId } from "../sync/source.ts";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/emptyState.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";
import { SiteSource } from "./sources/siteSource.tsx";
import { SourceCard } from "./sources/sourceCard.tsx";

const load = (store: Store) => store.results.health();

export default function SourcesScreen() {
  const { store, sources, site } = usePage();
  const health = useStored(store, load);
  const [status, setStatus] = useState("");
  return (
    <>
      <ScreenHeading>{t("Sources")}</ScreenHeading>
      <p>
        {t(
          "The logs that this page follows, and whom it asks about them. None of them is trusted: everything they answer " +
            "is verified on this device. They do see your network address.",
        )}
      </p>
      {site.problem && (
        <Panel tone="caution">
          <p>{t("This site’s tocsin.json cannot be used: {problem}", { problem: site.problem })}</p>
        </Panel>
      )}
      {health &&
        sources.map((source) => (
          <SourceCard key={sourceId(source)} source={source} health={health.get(sourceId(source))} />
        ))}
      {sources.length === 0 && (
        <EmptyState title={t("No log is followed yet")}>
          <p>{t("Without one, nothing can be checked. Your community can give you a link or a QR code.")}</p>
        </EmptyState>
      )}
      <div className="flex flex-wrap gap-3">
        <Link href="/sources/new" className={buttonClass("main")}>
          {t("Follow another log")}
        </Link>
        <SiteSource onRestored={() => setStatus(t("This site’s source is in use."))} />
      </div>
      <p role="status" className="empty:sr-only">
        {status}
      </p>
    </>
  );
}
