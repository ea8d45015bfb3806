import { LANGUAGES, type Language } from "../i18n/i18n.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What the user chose about the page itself. */
export interface Preferences {
  /** Left out: the first of the browser's languages that the page has. */
  language?: Language;
  theme: Theme;
  /** Whether filters are read first, and few batches whole. */
  slowLink: boolean;
  /** Whether the introduction was seen or skipped. */
  onboarded: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = { theme: "system", slowLink: false, onboarded: false };

/** Preferences from storage; what this version cannot read is as by default. */
export function readPreferences(value: unknown): Preferences {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { language, theme, slowLink, onboarded } = fields;
  return {
    ...(typeof language === "string" && Object.hasOwn(LANGUAGES, language)
      ? { language: language as Language }
      : {}),
    theme: THEMES.find((known) => known === theme) ?? DEFAULT_PREFERENCES.theme,
    slowLink: slowLink === true,
    onboarded: onboarded === true,
  };
}
