import { useId, useRef } from "react";
import { t } from "../i18n/i18n.ts";
import { Button } from "./button.tsx";

/** A button for what cannot be undone: it asks first. */
export function ConfirmButton({
  label,
  question,
  warning,
  confirm = t("Erase"),
  keep = t("Keep"),
  onConfirm,
}: {
  label: string;
  question: string;
  warning: string;
  /** What the button says that does it, and the one that does not. */
  confirm?: string;
  keep?: string;
  onConfirm: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = (): void => dialog.current?.close();
  return (
    <>
      <Button look="danger" onClick={() => dialog.current?.showModal()}>
        {label}
      </Button>
      <dialog
        ref={dialog}
        role="alertdialog"
        aria-labelledby={`${id}-question`}
        aria-describedby={`${id}-warning`}
        className="m-auto w-[min(28rem,calc(100%-2rem))] rounded-xl border border-line bg-surface p-6 text-text"
      >
        <div className="flex flex-col gap-4">
          <h2 id={`${id}-question`} className="text-xl font-semibold">
            {question}
          </h2>
          <p id={`${id}-warning`}>{warning}</p>
          <div className="flex flex-wrap gap-3">
            <Button onClick={close}>{keep}</Button>
            <Button
              look="danger"
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {confirm}
            </Button>
          </div>
        </div>
      </dialog>
    </>
  );
}
