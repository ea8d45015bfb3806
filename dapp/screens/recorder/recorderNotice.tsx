import { Link } from "wouter";
import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { waitingWords } from "../../recorder/waitingWords.ts";
import { problemWords } from "../../recorder/problemWords.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";

/** What a check's user should know of the recorder: that it is out of reach, or records nothing. */
export default function RecorderNotice() {
  const { connection, seen } = usePage().recorder;
  if (!connection || !seen) return null;
  const { followedAt } = connection;
  return (
    <Panel tone="caution" role="status" label={t("Recorder")}>
      {"problem" in seen ? (
        <>
          <p className="font-medium">
            {t("Nothing can be fetched from your recorder.")} {problemWords(seen.problem).meaning}
          </p>
          <p>
            {followedAt === undefined
              ? t("Nothing came from it yet. A check compares what is stored on this device.")
              : t("Last fetched: {time}. A check compares what came until then.", {
                  time: formatMoment(followedAt),
                })}
          </p>
        </>
      ) : (
        <p className="font-medium">
          {t("Your recorder is waiting, and records nothing.")} {waitingWords(seen.status)}
        </p>
      )}
      <div>
        <Link href="/data" className={buttonClass("plain")}>
          {t("Look at the recorder")}
        </Link>
      </div>
    </Panel>
  );
}
