/** One measured value, and the value of the same run that it is to be seen against. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  /** The name of the result to compare with; a baseline names itself. */
  baseline: string;
}

/** A result as `--json` prints it, one object a line. `ratio` is the value over the baseline's. */
export interface Row extends Result {
  suite: string;
  ratio: number;
}

/** @throws Error for a baseline that was not measured in this run, or in another unit */
export function toRows(suite: string, results: readonly Result[]): Row[] {
  const byName = new Map(results.map((result) => [result.name, result]));
  return results.map(({ name, value, unit, baseline }) => {
    const base = byName.get(baseline);
    if (base?.unit !== unit) throw new Error(`${name} has no baseline ${baseline} in ${unit}`);
    return { suite, name, value, unit, baseline, ratio: value / base.value };
  });
}

export function formatJson(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** A table for people: names to the left, numbers to the right. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [
    ["name", "value", "unit", "ratio", "to"],
    ...rows.map(({ name, value, unit, baseline, ratio }) => [
      name,
      significant(value),
      unit,
      significant(ratio),
      baseline,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((line) => line[column]!.length)));
  const line = (texts: string[]): string =>
    texts
      .map((text, column) =>
        column === 1 || column === 3 ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return `${cells.map(line).join("\n")}\n`;
}

/** Three significant digits, without an exponent. */
function significant(value: number): string {
  const digits = value === 0 ? 0 : 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(20, Math.max(0, digits)));
}
