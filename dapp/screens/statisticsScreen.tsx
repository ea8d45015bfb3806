import { useId, useState } from "react";
import { Link } from "wouter";
import { t } from "../i18n/i18n.ts";
import { sourceId, sourceName } from "../sync/source.ts";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/emptyState.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { usePage } from "./context.ts";
import { SourceStatistics } from "./statistics/sourceStatistics.tsx";

/** What the chain tells about the followed logs. */
export default function StatisticsScreen() {
  const { sources } = usePage();
  const [chosen, choose] = useState<string>();
  const id = useId();
  const source = sources.find((one) => sourceId(one) === chosen) ?? sources[0];
  return (
    <>
      <ScreenHeading>{t("Statistics")}</ScreenHeading>
      {!source && (
        <EmptyState title={t("No log is followed yet")}>
          <p>{t("Statistics are about the logs that you follow.")}</p>
          <Link href="/sources" className={buttonClass("main")}>
            {t("Open sources")}
          </Link>
        </EmptyState>
      )}
      {source && sources.length > 1 && (
        <div className="flex flex-col gap-1">
          <label htmlFor={id} className="font-medium">
            {t("Source")}
          </label>
          <select
            id={id}
            value={sourceId(source)}
            onChange={(event) => choose(event.target.value)}
            className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-text"
          >
            {sources.map((one) => (
              <option key={sourceId(one)} value={sourceId(one)}>
                {sourceName(one)}
              </option>
            ))}
          </select>
        </div>
      )}
      {source && <SourceStatistics key={sourceId(source)} source={source} />}
    </>
  );
}
