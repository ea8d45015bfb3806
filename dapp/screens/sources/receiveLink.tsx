import { useId, useState, type SubmitEvent } from "react";
import { t } from "../../i18n/i18n.ts";
import { readSourceLink, type SourceDraft } from "../../sync/sourceLink.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Camera } from "./camera.tsx";

const MAX_PICTURE_BYTES = 30 * 1024 * 1024;

/** Takes what others offer: a link, or a QR code on a picture or before the camera. */
export function ReceiveLink({ onDraft }: { onDraft: (draft: SourceDraft) => void }) {
  const picture = useId();
  const [error, setError] = useState<string>();
  const [status, setStatus] = useState("");

  const offer = (text: string | undefined, otherwise: string): void => {
    const draft = text === undefined ? undefined : readSourceLink(text);
    if (draft) onDraft(draft);
    else setStatus(text === undefined ? otherwise : t("The QR code holds something else than a log’s link."));
  };
  const paste = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const draft = readSourceLink(new FormData(event.currentTarget).get("link") as string);
    if (draft) return onDraft(draft);
    setError(t("This is no link to a log. It holds “#/sources/new?source=” and what follows it."));
    event.currentTarget.querySelector("input")?.focus();
  };
  const choose = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file) return;
    setStatus(t("Reading…"));
    offer(
      await textIn(file),
      t("No QR code was found on the picture. Try one that shows it larger and straight."),
    );
    input.value = "";
  };

  return (
    <Panel label={t("Link or QR code")}>
      <StepHeading focus={false}>{t("Link or QR code")}</StepHeading>
      <form noValidate onSubmit={paste} className="flex flex-col gap-3">
        <Field label={t("Link")} name="link" type="url" autoComplete="off" error={error} />
        <div>
          <Button type="submit">{t("Look at this link")}</Button>
        </div>
      </form>
      <div className="flex flex-col gap-1">
        <label htmlFor={picture} className="font-medium">
          {t("Picture of a QR code")}
        </label>
        <input
          id={picture}
          type="file"
          accept="image/*"
          onChange={(event) => void choose(event.currentTarget)}
          className="min-h-11 w-full rounded-lg border border-control p-1.5 file:mr-3 file:min-h-8 file:rounded-md file:border file:border-control file:bg-page file:px-3 file:text-text"
        />
      </div>
      <Camera onText={(text) => offer(text, "")} onProblem={setStatus} />
      <p role="status" className="empty:sr-only">
        {status}
      </p>
    </Panel>
  );
}

/** The text of the QR code on a picture; undefined where there is none, or where it is no picture. */
async function textIn(file: File): Promise<string | undefined> {
  if (file.size > MAX_PICTURE_BYTES) return undefined;
  const { readQrFile } = await import("../../sync/readQr.ts");
  return readQrFile(file).catch(() => undefined);
}
