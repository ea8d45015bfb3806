import { AxisBottom, AxisLeft } from "@visx/axis";
import { scaleBand, scaleLinear } from "@visx/scale";
import { Bar } from "@visx/shape";
import { useId } from "react";
import { formatNumber } from "./figureWords.ts";
import { useWidth } from "./useWidth.ts";

export interface ChartBar {
  key: string;
  /** What stands below the bar, short. */
  name: string;
  /** Undefined: there is nothing to measure, which is not zero. */
  value: number | undefined;
}

const HEIGHT = 240;
const MARGIN = { top: 24, right: 20, bottom: 56, left: 56 };
const LETTER_WIDTH = 7;
const MAX_BAR_WIDTH = 48;
const axisText = { fill: "currentColor", fontFamily: "inherit", fontSize: 12 } as const;
const axisLines = { stroke: "currentColor", tickStroke: "currentColor" } as const;

/**
 * Bars over names, a static picture. Its text has the page's size at any width; names and numbers for which there is no
 * room are left out, and stand in the table beside it.
 */
export function BarChart({
  title,
  description,
  bars,
  xLabel,
  yLabel,
}: {
  title: string;
  /** What whoever does not see the picture hears. */
  description: string;
  bars: readonly ChartBar[];
  xLabel: string;
  /** What is counted, or its unit. */
  yLabel: string;
}) {
  const id = useId();
  const { element, width } = useWidth<HTMLDivElement>(480);
  const inner = {
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const x = scaleBand({ domain: bars.map(({ key }) => key), range: [0, inner.width], padding: 0.2 });
  const values = bars.map(({ value = 0 }) => value);
  const y = scaleLinear({ domain: [0, Math.max(...values, 1)], range: [inner.height, 0], nice: 4 });
  const barWidth = Math.min(x.bandwidth(), MAX_BAR_WIDTH);
  const middleOf = (key: string): number => (x(key) ?? 0) + x.bandwidth() / 2;
  const isWhole = values.every(Number.isInteger);
  const labels = bars.map(({ value }) => (value === undefined ? "" : formatNumber(value)));
  const hasLabels = Math.max(...labels.map(({ length }) => length)) * LETTER_WIDTH <= x.step();
  const nameWidth = (Math.max(...bars.map(({ name }) => name.length)) + 1) * LETTER_WIDTH;
  const every = Math.ceil(nameWidth / x.step());
  return (
    <div ref={element} className="text-muted">
      <svg
        role="img"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-description`}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        className="block w-full"
      >
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-description`}>{description}</desc>
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          {bars.map(({ key, value = 0 }, i) => (
            <g key={key}>
              <Bar
                x={middleOf(key) - barWidth / 2}
                y={y(value)}
                width={barWidth}
                height={inner.height - y(value)}
                className="fill-accent"
              />
              {hasLabels && (
                <text
                  x={middleOf(key)}
                  y={y(value) - 6}
                  fontSize={12}
                  textAnchor="middle"
                  className="fill-text"
                >
                  {labels[i]}
                </text>
              )}
            </g>
          ))}
          <AxisLeft
            scale={y}
            tickValues={y.ticks(4).filter((tick) => !isWhole || Number.isInteger(tick))}
            tickFormat={(tick) => formatNumber(Number(tick))}
            tickLabelProps={{ ...axisText, textAnchor: "end", verticalAnchor: "middle", dx: -4 }}
            label={yLabel}
            labelProps={{ ...axisText, textAnchor: "middle" }}
            labelOffset={30}
            {...axisLines}
          />
          <AxisBottom
            scale={x}
            top={inner.height}
            // The last is always named: it is the newest.
            tickValues={bars.map(({ key }) => key).filter((_, i) => (bars.length - 1 - i) % every === 0)}
            tickFormat={(key) => bars.find((bar) => bar.key === key)?.name}
            tickLabelProps={{ ...axisText, textAnchor: "middle" }}
            label={xLabel}
            labelProps={{ ...axisText, textAnchor: "middle" }}
            labelOffset={16}
            {...axisLines}
          />
        </g>
      </svg>
    </div>
  );
}
