import { distanceWords } from "../alerts/exposureWords.ts";
import type { ExposureAlert } from "../alerts/outcome.ts";
import { formatDuration } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { Fact } from "../ui/panel.tsx";

/** How long and how near an encounter was. */
export function ExposureFacts({ exposure }: { exposure: ExposureAlert }) {
  const { firstSeen, lastSeen, samples } = exposure;
  return (
    <>
      <Fact name={t("How long")}>{formatDuration(lastSeen - firstSeen)}</Fact>
      <Fact name={t("How near")}>
        {distanceWords(exposure)}
        <span className="block text-sm text-muted">
          {t("{samples, plural, one {From # sighting} other {From # sightings}} by radio", { samples })}
        </span>
      </Fact>
    </>
  );
}
