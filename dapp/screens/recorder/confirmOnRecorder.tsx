import { formatClock } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { CopyValue } from "../../ui/copyValue.tsx";
import { StepHeading } from "../../ui/heading.tsx";

const COMMAND = "tocsin-recorder approve";

/** Waits until somebody agrees on the recorder's machine. @param expiresAt unix seconds, once the recorder has it */
export function ConfirmOnRecorder({
  expiresAt,
  onCancel,
}: {
  expiresAt: number | undefined;
  onCancel: () => void;
}) {
  return (
    <>
      <StepHeading focus>{t("Confirm on your recorder")}</StepHeading>
      <p>
        {t(
          "The keys of these hours are on your recorder. It gives them to this page only when you confirm it there. Nothing " +
            "has been sent yet.",
        )}
      </p>
      <div>
        <p>{t("Run this where the recorder runs:")}</p>
        <CopyValue value={COMMAND} name={t("command")} />
      </div>
      <p>
        {t(
          "It shows which page asks, and for which hours. Once you confirm, the recorder never uses these keys again, and " +
            "goes on with new ones.",
        )}
      </p>
      <p role="status" className="font-medium">
        {expiresAt === undefined
          ? t("Asking the recorder…")
          : t("Waiting for you to confirm, until {time}.", { time: formatClock(expiresAt) })}
      </p>
      <div>
        <Button onClick={onCancel}>{t("Cancel")}</Button>
      </div>
    </>
  );
}
