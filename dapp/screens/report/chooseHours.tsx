import { t } from "../../i18n/i18n.ts";
import type { SentHour } from "../../report/hours.ts";
import { sentIn, timelineOf } from "../../report/timeline.ts";
import { Button } from "../../ui/button.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { useNow } from "../../ui/useNow.ts";
import { TimelineGrid } from "./timelineGrid.tsx";

/** The hours in which numbers were sent, day by day, of which any can be left out. */
export function ChooseHours({
  hours,
  leftOut,
  focus,
  onChange,
  onNext,
}: {
  hours: readonly SentHour[];
  leftOut: ReadonlySet<number>;
  focus: boolean;
  onChange: (leftOut: ReadonlySet<number>) => void;
  onNext: () => void;
}) {
  const timeline = timelineOf(hours, useNow());
  const isChosen = (hour: number): boolean => !leftOut.has(hour);
  const chosen = hours.filter(({ from }) => isChosen(from)).length;
  const days = timeline.filter((day) => sentIn(day).some(isChosen)).length;
  return (
    <>
      <StepHeading focus={focus}>{t("Which hours do you want to report?")}</StepHeading>
      <p>
        {t(
          "Your device sent contact numbers in the hours below. Leave out any hours that you do not want to report: " +
            "tap an hour, or a whole day. Numbers that may still be on air are never reported.",
        )}
      </p>
      <p className="text-sm text-muted">
        {t(
          "✓ chosen, ○ left out, – no numbers sent. With a keyboard: arrow keys move, space chooses or leaves out.",
        )}
      </p>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => onChange(new Set())}>{t("Choose all")}</Button>
        <Button onClick={() => onChange(new Set(hours.map(({ from }) => from)))}>{t("Choose none")}</Button>
      </div>
      <TimelineGrid days={timeline} leftOut={leftOut} onChange={onChange} />
      <p role="status" className="font-medium">
        {t(
          "{chosen} of {total, plural, one {# hour} other {# hours}} chosen, on {days, plural, one {# day} other {# days}}.",
          { chosen, total: hours.length, days },
        )}
      </p>
      <div>
        <Button look="main" disabled={chosen === 0} onClick={onNext}>
          {t("Next: symptoms")}
        </Button>
      </div>
    </>
  );
}
