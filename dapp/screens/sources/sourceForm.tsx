import { useState, type ReactNode, type SubmitEvent } from "react";
import { t } from "../../i18n/i18n.ts";
import type { FollowRefusal } from "../../sync/followed.ts";
import { MAX_SOURCES, readSource, type Source, type SourceErrors } from "../../sync/source.ts";
import { draftFields, type SourceDraft } from "../../sync/sourceLink.ts";
import { Button } from "../../ui/button.tsx";
import { SourceFields } from "./sourceFields.tsx";

/** Lets the user complete a draft; what can be read as a source is given on, and anything else said beside its field. */
export function SourceForm({
  draft,
  label,
  submit,
  onSource,
  children,
}: {
  draft: SourceDraft;
  /** What the form is called, and its button. */
  label: string;
  submit: string;
  /** Takes the source, or says why not. */
  onSource: (source: Source) => Promise<FollowRefusal | undefined>;
  /** More buttons. */
  children?: ReactNode;
}) {
  const [errors, setErrors] = useState<SourceErrors>({});

  const take = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const read = readSource(draftFields(Object.fromEntries(new FormData(form)) as SourceDraft));
    const found = "source" in read ? refusalErrors(await onSource(read.source)) : read.errors;
    setErrors(found);
    const [first] = Object.keys(found);
    if (first) form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };

  return (
    <form
      noValidate
      aria-label={label}
      onSubmit={(event) => void take(event)}
      className="flex flex-col gap-5"
    >
      <SourceFields draft={draft} errors={errors} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main">
          {submit}
        </Button>
        {children}
      </div>
    </form>
  );
}

function refusalErrors(refusal: FollowRefusal | undefined): SourceErrors {
  if (refusal === "duplicate")
    return { logId: t("You follow this log already: the chain, registry and number are the same.") };
  if (refusal === "full")
    return {
      logId: t("At most {n} logs can be followed. Stop following another one first.", { n: MAX_SOURCES }),
    };
  return {};
}
