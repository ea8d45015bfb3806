import { useId, useState, type ComponentProps, type KeyboardEvent } from "react";
import { formatClock, formatWeekday } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { HOUR, type SentHour } from "../../report/hours.ts";
import {
  moveInTimeline,
  sentIn,
  toggleDay,
  toggleHour,
  type TimelineDay,
  type TimelinePlace,
} from "../../report/timeline.ts";

const shape = "flex min-h-11 flex-col items-center justify-center rounded-md border leading-tight";
const looks = {
  chosen: `${shape} cursor-pointer border-accent bg-accent font-semibold text-on-accent`,
  leftOut: `${shape} cursor-pointer border-control bg-surface text-text`,
  empty: `${shape} border-dashed border-line text-muted`,
};
const switchShape =
  "inline-flex min-h-11 cursor-pointer items-center rounded-lg border border-control bg-surface px-3 text-sm font-medium";

/**
 * The days and their hours. The tab key reaches one place in it; arrows lead on from there, space chooses and leaves out.
 * @param leftOut hours
 */
export function TimelineGrid({
  days,
  leftOut,
  onChange,
}: {
  days: readonly TimelineDay[];
  leftOut: ReadonlySet<number>;
  onChange: (leftOut: ReadonlySet<number>) => void;
}) {
  const id = useId();
  const [wanted, setWanted] = useState<TimelinePlace>();
  const idOf = (place: TimelinePlace): string => `${id}-${place.day}-${place.hour ?? "day"}`;
  const withNumbers = days.filter((day) => sentIn(day).length > 0);
  // Numbers may have been erased, or reported in another tab, since the place was reached.
  const exists = withNumbers.some(
    (day) => day.from === wanted?.day && (wanted.hour === undefined || sentIn(day).includes(wanted.hour)),
  );
  const active = exists ? wanted : withNumbers[0] && { day: withNumbers[0].from };

  const placeProps = (day: TimelineDay, place: TimelinePlace) => {
    const { hour } = place;
    const toggle = (): void =>
      onChange(hour === undefined ? toggleDay(day, leftOut) : toggleHour(hour, leftOut));
    return {
      id: idOf(place),
      tabIndex: active?.day === place.day && active.hour === hour ? 0 : -1,
      onFocus: () => setWanted(place),
      onClick: toggle,
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key === " " || event.key === "Enter") toggle();
        else {
          const next = moveInTimeline(days, place, event.key);
          if (!next) return;
          document.getElementById(idOf(next))?.focus();
        }
        event.preventDefault();
      },
    };
  };

  return (
    <div
      role="grid"
      aria-label={t("Hours in which numbers were sent")}
      aria-multiselectable="true"
      className="flex flex-col gap-4"
    >
      {days.map((day) => {
        const sent = sentIn(day);
        const chosen = sent.filter((hour) => !leftOut.has(hour)).length;
        const areAllChosen = chosen === sent.length;
        const name = formatWeekday(day.from);
        if (sent.length === 0) {
          return (
            <div key={day.from} role="row" className="flex flex-wrap justify-between gap-x-3 text-muted">
              <span role="rowheader">{name}</span>
              <span role="gridcell" className="text-sm">
                {t("No numbers sent")}
              </span>
            </div>
          );
        }
        return (
          <div key={day.from} role="row" className="flex flex-col gap-1.5">
            <div className="flex flex-wrap items-center justify-between gap-x-3">
              <span role="rowheader" className="font-medium">
                {name}
              </span>
              <span
                role="gridcell"
                aria-selected={areAllChosen}
                aria-label={t(
                  "{day}, whole day, {chosen} of {total, plural, one {# hour} other {# hours}} chosen",
                  {
                    ...{ day: name, chosen, total: sent.length },
                  },
                )}
                className={switchShape}
                {...placeProps(day, { day: day.from })}
              >
                <span aria-hidden="true">{areAllChosen ? "✓" : "○"}&nbsp;</span>
                {t("Whole day")}
              </span>
            </div>
            <div className="grid grid-cols-4 gap-1 min-[22.5rem]:grid-cols-6 min-[42rem]:grid-cols-12">
              {day.hours.map((hour) => (
                <HourCell
                  key={hour.from}
                  hour={hour}
                  dayName={name}
                  isChosen={hour.numbers > 0 && !leftOut.has(hour.from)}
                  {...(hour.numbers > 0 ? placeProps(day, { day: day.from, hour: hour.from }) : {})}
                />
              ))}
            </div>
          </div>
        );
      })}
    </div>
  );
}

function HourCell({
  hour,
  dayName,
  isChosen,
  ...place
}: { hour: SentHour; dayName: string; isChosen: boolean } & ComponentProps<"span">) {
  const { from, numbers } = hour;
  const values = { day: dayName, from: formatClock(from), to: formatClock(from + HOUR), numbers };
  const isEmpty = numbers === 0;
  return (
    <span
      role="gridcell"
      aria-selected={isEmpty ? undefined : isChosen}
      aria-label={
        isEmpty
          ? t("{day}, {from} to {to}, no numbers sent", values)
          : isChosen
            ? t(
                "{day}, {from} to {to}, {numbers, plural, one {# number} other {# numbers}} sent, chosen",
                values,
              )
            : t(
                "{day}, {from} to {to}, {numbers, plural, one {# number} other {# numbers}} sent, left out",
                values,
              )
      }
      className={looks[isEmpty ? "empty" : isChosen ? "chosen" : "leftOut"]}
      {...place}
    >
      <span className="text-sm">{formatClock(from)}</span>
      <span className="text-xs">{isEmpty ? "–" : isChosen ? "✓" : "○"}</span>
    </span>
  );
}
