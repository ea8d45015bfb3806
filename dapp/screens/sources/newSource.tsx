import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { t } from "../../i18n/i18n.ts";
import { withSource, type FollowRefusal } from "../../sync/followed.ts";
import { sourceId, type Source } from "../../sync/source.ts";
import { EMPTY_DRAFT, readSourceLink, type SourceDraft } from "../../sync/sourceLink.ts";
import { Button } from "../../ui/button.tsx";
import { ScreenHeading, StepHeading } from "../../ui/heading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { ReceiveLink } from "./receiveLink.tsx";
import { SourceForm } from "./sourceForm.tsx";

/** Follows one more log: by a link, a QR code, or typing. Nothing is stored or asked before the user says so. */
export function NewSource() {
  const { store, site } = usePage();
  const [, go] = useLocation();
  const search = useSearch();
  const [received, setReceived] = useState<SourceDraft>();
  const opened = search === "" ? undefined : readSourceLink(`?${search}`);
  const offered = received ?? opened;

  const follow = async (source: Source): Promise<FollowRefusal | undefined> => {
    const refusal = await store.choices.changeSources(site.source, (followed) =>
      withSource(followed, source),
    );
    if (!refusal) go(`/sources/${sourceId(source)}`);
    return refusal;
  };

  if (offered)
    return (
      <>
        <ScreenHeading>{t("Follow this log?")}</ScreenHeading>
        <Offer
          draft={offered}
          key={JSON.stringify(offered)}
          onSource={follow}
          onRefused={() => go("/sources")}
        />
      </>
    );
  return (
    <>
      <ScreenHeading>{t("Follow another log")}</ScreenHeading>
      {search !== "" && (
        <Panel tone="caution" role="alert">
          <p>{t("This link offers no log: it is broken, or of another page.")}</p>
        </Panel>
      )}
      <ReceiveLink onDraft={setReceived} />
      <Panel label={t("Type it in")}>
        <StepHeading focus={false}>{t("Type it in")}</StepHeading>
        <SourceForm draft={EMPTY_DRAFT} label={t("Source")} submit={t("Follow this log")} onSource={follow} />
      </Panel>
    </>
  );
}

function Offer({
  draft,
  onSource,
  onRefused,
}: {
  draft: SourceDraft;
  onSource: (source: Source) => Promise<FollowRefusal | undefined>;
  onRefused: () => void;
}) {
  return (
    <>
      <p>
        {t(
          "This is what the link offers. Nothing was stored or asked yet. Follow it only if it comes from people whom you " +
            "know: whoever runs a log decides which reports are in it.",
        )}
      </p>
      {draft.rpc === "" && (
        <Panel tone="caution">
          <p>
            {t(
              "The link names no RPC, since the sender’s address may hold a key. Choose an RPC of this chain that you may use.",
            )}
          </p>
        </Panel>
      )}
      <SourceForm draft={draft} label={t("Source")} submit={t("Follow this log")} onSource={onSource}>
        <Button onClick={onRefused}>{t("Don’t follow it")}</Button>
      </SourceForm>
    </>
  );
}
