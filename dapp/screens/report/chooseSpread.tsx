import { t } from "../../i18n/i18n.ts";
import { SPREADS, type Spread } from "../../report/uploadPlan.ts";
import { Choice, Choices } from "../../ui/choice.tsx";

/** When the uploads are to be sent. */
export function ChooseSpread({ spread, onChange }: { spread: Spread; onChange: (spread: Spread) => void }) {
  return (
    <Choices legend={t("When to send")}>
      {SPREADS.map((each) => (
        <Choice
          key={each}
          type="radio"
          name="spread"
          label={
            each === 0
              ? t("Now, one after the other")
              : t("Over the next {hours, plural, one {hour} other {# hours}}", { hours: each / 3_600 })
          }
          checked={spread === each}
          onChange={() => onChange(each)}
        />
      ))}
      <p className="text-sm text-muted">
        {t(
          "Sent at random times, your reports are harder to tell from those of others. This page must be open for that; if " +
            "you close it, it goes on when you come back. But the people you met learn of it later.",
        )}
      </p>
    </Choices>
  );
}
