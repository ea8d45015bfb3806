import { useId, useState, type DragEvent } from "react";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { readProofBlob } from "../../verify/proofText.ts";

/** Takes a proof file: chosen, dropped or pasted. @param onProof is given what reads it */
export function ProofInput({ onProof }: { onProof: (read: () => Promise<string>) => void }) {
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const [error, setError] = useState<string>();
  const take = (file: File | undefined): void => {
    if (file) onProof(() => readProofBlob(file));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div className="flex flex-col gap-5">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
        className={`flex flex-col gap-2 rounded-xl border-2 border-dashed p-4 sm:p-5 ${
          isOver ? "border-accent bg-calm" : "border-control"
        }`}
      >
        <label htmlFor={id} className="font-medium">
          {t("Proof file")}
        </label>
        <p className="text-sm text-muted">{t("Choose it, or drop it here. It stays on this device.")}</p>
        <input
          id={id}
          type="file"
          accept=".json,.txt,application/json,text/plain"
          onChange={({ currentTarget }) => {
            take(currentTarget.files?.[0]);
            // The same file, changed, can be chosen again.
            currentTarget.value = "";
          }}
          className="min-h-11 w-full rounded-lg border border-control p-1.5 file:mr-3 file:min-h-8 file:rounded-md file:border file:border-control file:bg-page file:px-3"
        />
      </div>
      <form
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const text = (new FormData(event.currentTarget).get("proof") as string).trim();
          setError(text === "" ? t("Paste the text of a proof file first.") : undefined);
          if (text !== "") onProof(() => readProofBlob(new Blob([text])));
        }}
      >
        <Field label={t("Or paste its text")} name="proof" lines={4} spellCheck={false} error={error} />
        <div>
          <Button type="submit">{t("Verify the text")}</Button>
        </div>
      </form>
    </div>
  );
}
