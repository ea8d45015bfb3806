import { useLayoutEffect, useRef } from "react";
import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { unpair } from "../../recorder/bridge.ts";
import type { RecorderConnection } from "../../recorder/connection.ts";
import { waitingWords } from "../../recorder/waitingWords.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmButton } from "../../ui/confirmButton.tsx";
import { Fact, Facts } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { RecorderProblem } from "./recorderProblem.tsx";

/** The recorder that this page is connected to: what it does, and what came from it. */
export function ConnectedRecorder({
  connection,
  onStatus,
}: {
  connection: RecorderConnection;
  onStatus: (status: string) => void;
}) {
  const { store, recorder } = usePage();
  const { name, url, records, followedAt } = connection;
  const { seen, follow } = recorder;
  const status = seen && "status" in seen ? seen.status : undefined;
  const problem = seen && "problem" in seen ? seen.problem : undefined;
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    // What had the focus was the button that connected, and is gone.
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);

  const disconnect = async (): Promise<void> => {
    const isTold = await unpair(connection).then(
      () => true,
      () => false,
    );
    await store.choices.changeRecorder(connection.token, () => undefined);
    onStatus(
      isTold
        ? t("Disconnected. What came from the recorder stays here.")
        : t("Disconnected here. The recorder could not be told: run “tocsin-recorder unpair” where it runs."),
    );
  };

  return (
    <section aria-label={t("Recorder")} className="flex flex-col gap-3 rounded-lg border border-line p-3">
      <h3 ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
        {name === "" ? t("Your recorder") : t("Your recorder {name}", { name })}
      </h3>
      <p role="status" className="font-medium empty:sr-only">
        {status &&
          (status.isRecording
            ? t("It is recording.")
            : `${t("It is waiting, and records nothing.")} ${waitingWords(status)}`)}
      </p>
      {problem && (
        <RecorderProblem title={t("Nothing can be fetched from your recorder")} problem={problem}>
          <div>
            <Button onClick={() => void follow()}>{t("Try again")}</Button>
          </div>
        </RecorderProblem>
      )}
      <Facts>
        {status && (
          <Fact name={t("Heard in the last minute")}>
            {t("{n, plural, =0 {No number} one {# number} other {# numbers}}", { n: status.heardRecently })}
          </Fact>
        )}
        <Fact name={t("Last fetched")}>
          {followedAt === undefined ? t("Not yet") : formatMoment(followedAt)}
        </Fact>
        <Fact name={t("Came from it")}>
          {t("{n, plural, =0 {No contact record} one {# contact record} other {# contact records}}", {
            n: records,
          })}
        </Fact>
        <Fact name={t("Address")} code>
          {url}
        </Fact>
      </Facts>
      <div>
        <ConfirmButton
          label={t("Disconnect")}
          question={t("Disconnect the recorder?")}
          warning={t(
            "It goes on recording, but this page does not get to know of it. What came from it stays here. To connect it " +
              "again you need a new code.",
          )}
          confirm={t("Disconnect")}
          keep={t("Stay connected")}
          onConfirm={() => void disconnect()}
        />
      </div>
    </section>
  );
}
