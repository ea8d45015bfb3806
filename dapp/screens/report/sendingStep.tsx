import { useState } from "react";
import { t } from "../../i18n/i18n.ts";
import type { OwnReport } from "../../report/ownReport.ts";
import { uploadCount, waitingUploads } from "../../report/uploadPlan.ts";
import { Button } from "../../ui/button.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { ProgressBar } from "../../ui/progressBar.tsx";
import { useNow } from "../../ui/useNow.ts";
import { usePage } from "../context.ts";

/** What becomes of a submission. @param reports those of it, once they are stored */
export function SendingStep({ reports, onDone }: { reports: readonly OwnReport[]; onDone: () => void }) {
  const { sources, recorder } = usePage();
  // What is sent again later does not take the focus back.
  const [isOver, setOver] = useState(false);
  const [wereStored, setStored] = useState(false);
  const now = useNow();
  const total = reports.length;
  const waiting = waitingUploads(reports, sources);
  const isSending = (total === 0 && !wereStored) || waiting.some(({ dueAt }) => dueAt <= now);
  const received = reports.filter(({ state }) => state !== "unsent").length;
  const hasFailed = reports.some(({ state, problem }) => state === "unsent" && problem !== undefined);
  const uploads = uploadCount(total);
  if (total > 0 && !wereStored) setStored(true);
  if (!isSending && !isOver) setOver(true);

  if (isSending && !isOver) {
    return (
      <>
        <StepHeading key="sending" focus>
          {t("Sending…")}
        </StepHeading>
        <p>{t("In random order, with empty uploads among your reports. Keep this page open.")}</p>
        <ProgressBar label={t("Uploads sent")} value={uploads - waiting.length} max={uploads} />
      </>
    );
  }
  if (total === 0) {
    return (
      <>
        <StepHeading key="erased" focus>
          {t("Your report was erased")}
        </StepHeading>
        <p>{t("It was erased from this device in another tab. What had been sent before is public.")}</p>
        <div>
          <Button onClick={onDone}>{t("Done")}</Button>
        </div>
      </>
    );
  }
  return (
    <>
      <StepHeading key="over" focus>
        {received === total
          ? t("Your report was sent")
          : !hasFailed
            ? t("Your report is on its way")
            : received === 0
              ? t("Your report could not be sent yet")
              : t("Your report was sent in part")}
      </StepHeading>
      <p>
        {t(
          "The relayer signed receipts for {received} of {total, plural, one {# report} other {# reports}}. Below you see how far they have come.",
          { received, total },
        )}
        {received < total && ` ${t("What was not sent yet is kept on this device.")}`}
      </p>
      <p className="font-medium">
        {t(
          "The keys of these hours are retired. From now on a new key must be used for broadcasting: otherwise everybody " +
            "can recognise the numbers that your device goes on sending.",
        )}
        {recorder.connection && ` ${t("Your recorder has begun with a new one already.")}`}
      </p>
      <div>
        <Button onClick={onDone}>{t("Done")}</Button>
      </div>
    </>
  );
}
