import { t } from "../../i18n/i18n.ts";
import { sourceId, type Source } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { usePage } from "../context.ts";

/** Restores the log that this site suggests, where the user follows it no more or in another way. */
export function SiteSource({ onRestored }: { onRestored: () => void }) {
  const { store, sources, site } = usePage();
  const suggested = site.source;
  if (!suggested || sources.some((each) => JSON.stringify(each) === JSON.stringify(suggested))) return null;
  const restore = (): void => {
    void store.choices.changeSources(suggested, (followed) => restored(followed, suggested)).then(onRestored);
  };
  return <Button onClick={restore}>{t("Use this site’s source")}</Button>;
}

/** In the place of the user's own way to follow the same log, else before all others. */
function restored(followed: readonly Source[], suggested: Source): Source[] {
  const others = followed.filter((each) => sourceId(each) !== sourceId(suggested));
  if (others.length === followed.length) return [suggested, ...others];
  return followed.map((each) => (sourceId(each) === sourceId(suggested) ? suggested : each));
}
