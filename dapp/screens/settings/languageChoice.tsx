import { useId, type Ref } from "react";
import { LANGUAGES, t, type Language } from "../../i18n/i18n.ts";

/** The language of all texts: one of those that the page has, or the browser's. */
export function LanguageChoice({
  ref,
  chosen,
  onChoose,
}: {
  ref: Ref<HTMLSelectElement>;
  chosen: Language | undefined;
  onChoose: (language: Language | undefined) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {t("Language")}
      </label>
      <select
        ref={ref}
        id={id}
        value={chosen ?? ""}
        onChange={({ currentTarget: { value } }) => onChoose(value === "" ? undefined : (value as Language))}
        className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-text"
      >
        <option value="">{t("As the browser has it")}</option>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
