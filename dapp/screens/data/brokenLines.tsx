import { t } from "../../i18n/i18n.ts";
import type { ImportResult } from "../../storage/importData.ts";

/** Which lines of a file were not imported, and why. @param label of the file */
export function BrokenLines({ result, label }: { result: ImportResult; label: string }) {
  const { errors, broken } = result;
  if (broken === 0) return null;
  return (
    <div
      className="max-h-72 overflow-auto"
      tabIndex={0}
      role="region"
      aria-label={t("Broken lines in: {label}", { label })}
    >
      <table className="w-full text-left text-sm">
        <caption className="text-left font-medium">{t("Lines that were not imported")}</caption>
        <thead>
          <tr className="border-b border-line">
            <th className="py-1 pr-4">{t("Line")}</th>
            <th className="py-1 pr-4">{t("Code")}</th>
            <th className="py-1">{t("What is wrong")}</th>
          </tr>
        </thead>
        <tbody>
          {errors.map((error) => (
            <tr key={error.line} className="border-b border-line align-top">
              <td className="py-1 pr-4">{error.line}</td>
              <td className="py-1 pr-4 font-mono whitespace-nowrap">{error.code}</td>
              <td className="py-1">{error.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {broken > errors.length && <p>{t("and {n} more", { n: broken - errors.length })}</p>}
    </div>
  );
}
