import { i18n } from "@lingui/core";
import { compileMessage } from "./compileMessage.ts";

/** The languages in which every text exists, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français" } as const;
export type Language = keyof typeof LANGUAGES;

/** Each in two parts: the texts of what is loaded first, and those of the screens that are loaded later. */
const catalogs = {
  de: { first: () => import("./de.json?texts=first"), rest: () => import("./de.json?texts=rest") },
  fr: { first: () => import("./fr.json?texts=first"), rest: () => import("./fr.json?texts=rest") },
};
let others: Promise<void> | undefined;

i18n.setMessagesCompiler(compileMessage);
i18n.loadAndActivate({ locale: "en", messages: {} });

/** The first of the user's languages in which there are texts. @param wanted BCP 47 tags, best first */
export function chooseLanguage(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return (known.find((tag) => Object.hasOwn(LANGUAGES, tag)) as Language | undefined) ?? "en";
}

/** Shows all texts in a language from now on; what was shown before must be shown anew. */
export async function activateLanguage(language: Language): Promise<void> {
  i18n.loadAndActivate({ locale: language, messages: await textsOf(language) });
  document.documentElement.lang = language;
}

/** English needs no catalogue: a message's id is its English text. */
async function textsOf(language: Language): Promise<Record<string, string>> {
  if (language === "en") return {};
  const { first, rest } = catalogs[language];
  const parts = await Promise.all(others ? [first(), rest()] : [first()]);
  return Object.assign({}, ...parts.map((part) => part.default)) as Record<string, string>;
}

/** Loads the texts of the screens that are loaded later, now and for every language that is chosen from now on. */
export function loadOtherTexts(): Promise<void> {
  others ??= loadRest(i18n.locale as Language);
  return others;
}

async function loadRest(language: Language): Promise<void> {
  if (language === "en") return;
  // Where they cannot be had, English is better than nothing.
  const { default: texts } = await catalogs[language].rest().catch(() => ({ default: {} }));
  i18n.load(language, texts);
}

/** BCP 47 tag for dates and numbers: English as it is written where days come before months. */
export function formatLocale(): string {
  return i18n.locale === "en" ? "en-GB" : i18n.locale;
}

/**
 * A text in the user's language. A test finds every message by this name, by `msg` and by `<Trans id>`, so the message
 * must be a literal there.
 * @param message in English, ICU MessageFormat: `{n, plural, one {# report} other {# reports}}`
 */
export function t(message: string, values?: Record<string, unknown>): string {
  return i18n._(message, values);
}

/** Marks a message that `t` is given later: what stands outside of a component is read before a language is chosen. */
export function msg<const T extends string>(message: T): T {
  return message;
}
