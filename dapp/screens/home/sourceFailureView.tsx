import { Link } from "wouter";
import type { SourceFailure } from "../../alerts/homeState.ts";
import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { sourceId, sourceName } from "../../sync/source.ts";
import { buttonClass } from "../../ui/button.tsx";
import { FailureView } from "../failureView.tsx";

/** Why a source could not be verified, in a stronger tone where it was caught. */
export function SourceFailureView({ failed, isNew }: { failed: SourceFailure; isNew: boolean }) {
  const { source, failure, isCaught, lastResultAt } = failed;
  const name = sourceName(source);
  return (
    <FailureView
      title={
        isCaught
          ? t("Reports in {name} were hidden or altered", { name })
          : t("{name} could not be verified", { name })
      }
      failure={failure}
      tone={isCaught ? "alarm" : "caution"}
      isNew={isNew}
    >
      {isCaught && (
        <p>{t("Whether you were near somebody who reported there cannot be said until this is mended.")}</p>
      )}
      {lastResultAt !== undefined && (
        <p>
          {t("It was last verified on {moment}. What was found then is still counted.", {
            moment: formatMoment(lastResultAt),
          })}
        </p>
      )}
      <p>
        <Link href={`/sources/${sourceId(source)}`} className={buttonClass("plain")}>
          {isCaught ? t("See the evidence") : t("Open this source")}
        </Link>
      </p>
    </FailureView>
  );
}
