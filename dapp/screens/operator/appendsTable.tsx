import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import type { OperatedLog } from "../../wallet/operatedLog.ts";

const cell = "border-b border-line px-2 py-2 text-left align-top";

/** The last appends to a log, newest first. */
export function AppendsTable({ recent }: { recent: OperatedLog["recent"] }) {
  if (recent.length === 0) return <p className="text-muted">{t("Nothing was appended yet.")}</p>;
  return (
    // What is wider than the screen is scrolled, also by keyboard.
    <div role="region" aria-label={t("Table of recent appends")} tabIndex={0} className="overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr>
            {[t("Batch"), t("Reports"), t("Time"), t("Block"), t("Transaction")].map((name) => (
              <th key={name} scope="col" className={`${cell} font-semibold`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {recent.map(({ seq, count, appendedAt, blockNumber, transactionHash }) => (
            <tr key={seq}>
              <th scope="row" className={`${cell} font-normal`}>
                {seq}
              </th>
              <td className={cell}>{count}</td>
              <td className={`${cell} whitespace-nowrap`}>{formatMoment(appendedAt)}</td>
              <td className={cell}>{blockNumber}</td>
              <td className={`${cell} font-mono whitespace-nowrap`}>{transactionHash}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
