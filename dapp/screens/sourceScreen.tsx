import { useState } from "react";
import { Link, useLocation } from "wouter";
import { t } from "../i18n/i18n.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { withoutSource, withSourceInstead, type FollowRefusal } from "../sync/followed.ts";
import { sourceId, sourceName, type Source } from "../sync/source.ts";
import { isCaught } from "../sync/sourceHealth.ts";
import { toDraft } from "../sync/sourceLink.ts";
import { explainFailure } from "../verify/explainError.ts";
import { buttonClass } from "../ui/button.tsx";
import { ConfirmButton } from "../ui/confirmButton.tsx";
import { EmptyState } from "../ui/emptyState.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";
import { CaughtView } from "./sources/caughtView.tsx";
import { healthWords } from "./sources/healthWords.ts";
import { NewSource } from "./sources/newSource.tsx";
import { ShareSource } from "./sources/shareSource.tsx";
import { toneOf } from "./sources/sourceCard.tsx";
import { SourceForm } from "./sources/sourceForm.tsx";

/** One followed log, or the way to follow another. */
export default function SourceScreen({ id }: { id: string }) {
  const { sources } = usePage();
  if (id === "new") return <NewSource />;
  const source = sources.find((each) => sourceId(each) === id);
  if (source) return <Followed key={id} source={source} />;
  return (
    <>
      <ScreenHeading>{t("Source")}</ScreenHeading>
      <EmptyState title={t("This log is not followed")}>
        <Link href="/sources" className={buttonClass("plain")}>
          {t("All sources")}
        </Link>
      </EmptyState>
    </>
  );
}

const load = (store: Store) => store.results.health();

function Followed({ source }: { source: Source }) {
  const { store, site, check } = usePage();
  const health = useStored(store, load)?.get(sourceId(source));
  const [, go] = useLocation();
  const [status, setStatus] = useState("");
  const id = sourceId(source);

  const save = async (edited: Source): Promise<FollowRefusal | undefined> => {
    const refusal = await store.choices.changeSources(site.source, (followed) =>
      withSourceInstead(followed, id, edited),
    );
    setStatus(refusal ? "" : t("Source saved."));
    if (refusal || sourceId(edited) === id) return refusal;
    check.cancel();
    await store.results.forget(id);
    go(`/sources/${sourceId(edited)}`);
    return undefined;
  };
  const stop = async (): Promise<void> => {
    check.cancel();
    await store.choices.changeSources(site.source, (followed) => withoutSource(followed, id));
    await store.results.forget(id);
    go("/sources");
  };

  return (
    <>
      <ScreenHeading>{sourceName(source)}</ScreenHeading>
      <Panel tone={toneOf(health)} label={t("Last check")}>
        <h2 className="text-xl font-semibold">{t("Last check")}</h2>
        <p className="font-medium">{healthWords(health)}</p>
        {health?.failure && !isCaught(health) && (
          <>
            <p>{explainFailure(health.failure).meaning}</p>
            <p>{explainFailure(health.failure).action}</p>
          </>
        )}
        {health && isCaught(health) && <CaughtView source={source} health={health} />}
      </Panel>
      <ShareSource source={source} />
      <Panel label={t("Edit it")}>
        <h2 className="text-xl font-semibold">{t("Edit it")}</h2>
        <SourceForm draft={toDraft(source)} label={t("Source")} submit={t("Save source")} onSource={save} />
        <p role="status" className="empty:sr-only">
          {status}
        </p>
      </Panel>
      <div>
        <ConfirmButton
          label={t("Stop following")}
          question={t("Stop following this log?")}
          warning={t("What its checks found and remember is erased. Your contact records and reports stay.")}
          confirm={t("Stop following")}
          onConfirm={() => void stop()}
        />
      </div>
    </>
  );
}
