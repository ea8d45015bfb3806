import { count, formatClock, formatDay } from "../../alerts/timeWords.ts";
import { HOUR, type SentHour } from "../../report/hours.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, Choices } from "../../ui/choice.tsx";
import { StepHeading } from "../../ui/heading.tsx";

/** The hours in which numbers were sent, day by day. */
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
  const days = Map.groupBy(hours, (hour) => formatDay(hour.from));
  const chosen = hours.filter((hour) => !leftOut.has(hour.from)).length;
  const toggle = (from: number): void => {
    const changed = new Set(leftOut);
    if (!changed.delete(from)) changed.add(from);
    onChange(changed);
  };
  return (
    <>
      <StepHeading focus={focus}>Which hours do you want to report?</StepHeading>
      <p>
        These are the hours in which your device sent contact numbers. Leave out any that you do not want to
        report. Numbers that may still be on air are never reported.
      </p>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => onChange(new Set())}>Choose all</Button>
        <Button onClick={() => onChange(new Set(hours.map((hour) => hour.from)))}>Choose none</Button>
      </div>
      {[...days].map(([day, ofDay]) => (
        <Choices key={day} legend={day}>
          <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-3">
            {ofDay.map(({ from, numbers }) => (
              <Choice
                key={from}
                type="checkbox"
                label={`${formatClock(from)}–${formatClock(from + HOUR)}`}
                note={count(numbers, "number")}
                checked={!leftOut.has(from)}
                onChange={() => toggle(from)}
              />
            ))}
          </div>
        </Choices>
      ))}
      <p role="status">
        {chosen} of {count(hours.length, "hour")} chosen.
      </p>
      <div>
        <Button look="main" disabled={chosen === 0} onClick={onNext}>
          Next: symptoms
        </Button>
      </div>
    </>
  );
}
