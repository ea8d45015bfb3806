import { t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { BarChart, type ChartBar } from "./barChart.tsx";

/** The numbers of a chart; the first cell of a row names it. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A chart with its heading, what it shows in a sentence, and its numbers. */
export function ChartFigure({
  title,
  summary,
  table,
  ...chart
}: {
  title: string;
  summary: string;
  bars: readonly ChartBar[];
  xLabel: string;
  yLabel: string;
  table: ChartTable;
}) {
  const [, ...others] = table.columns;
  return (
    <figure className="flex flex-col gap-3">
      <figcaption>
        <h3 className="text-lg font-semibold">{title}</h3>
        <p className="text-muted">{summary}</p>
      </figcaption>
      <BarChart title={title} description={summary} {...chart} />
      <Disclosure summary={t("Show “{title}” as a table", { title })}>
        <table className="w-full border-collapse text-left text-sm">
          <caption className="pb-2 text-left font-medium">{title}</caption>
          <thead>
            <tr className="border-b border-control align-bottom">
              <th scope="col" className="py-2 pr-3">
                {table.columns[0]}
              </th>
              {others.map((column) => (
                <th key={column} scope="col" className="py-2 pl-3 text-right">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([name, ...cells], i) => (
              <tr key={i} className="border-b border-line">
                <th scope="row" className="py-2 pr-3 font-normal whitespace-nowrap">
                  {name}
                </th>
                {cells.map((cell, j) => (
                  <td key={others[j]} className="py-2 pl-3 text-right tabular-nums">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Disclosure>
    </figure>
  );
}
