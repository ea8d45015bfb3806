import { useEffect, useState } from "react";
import { activateLanguage, chooseLanguage, type Language } from "./i18n.ts";

/**
 * Makes a language the page's. Until its texts are there the one before stays; none is returned before the first.
 * @param wanted the user's choice; undefined: the first of the browser's languages that the page has
 */
export function useLanguage(wanted: Language | undefined): Language | undefined {
  const language = wanted ?? chooseLanguage(navigator.languages);
  const [active, setActive] = useState<Language>();
  useEffect(() => {
    let isLatest = true;
    // Without its texts, as when it is chosen offline for the first time, English is better than nothing.
    const ready = activateLanguage(language).then(
      () => language,
      () => activateLanguage("en").then((): Language => "en"),
    );
    void ready.then((shown) => isLatest && setActive(shown));
    return () => {
      isLatest = false;
    };
  }, [language]);
  return active;
}
