import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { DEFAULT_RISK_POLICY } from "@tocsin/protocol/match/risk.ts";
import { useLayoutEffect, useMemo } from "react";
import { Router } from "wouter";
import { t } from "./i18n/i18n.ts";
import { useLanguage } from "./i18n/useLanguage.ts";
import { useCheck } from "./match/useCheck.ts";
import { NewVersionNotice } from "./pwa/newVersionNotice.tsx";
import { useFollowing } from "./recorder/useFollowing.ts";
import { useSendDue } from "./report/useSendDue.ts";
import { PageContext } from "./screens/context.ts";
import { Screens } from "./screens/screens.tsx";
import type { Store } from "./storage/store.ts";
import { useStored } from "./storage/useStored.ts";
import { DEFAULT_PREFERENCES, type Theme } from "./sync/preferences.ts";
import type { SiteDefaults } from "./sync/siteDefaults.ts";
import { Header } from "./ui/header.tsx";
import { ScreenHeading } from "./ui/heading.tsx";
import { Panel } from "./ui/panel.tsx";
import { useHashPath } from "./ui/useHashPath.ts";

const load = async (store: Store) => ({
  sources: await store.choices.sources(),
  policy: await store.choices.riskPolicy(),
  preferences: await store.choices.preferences(),
  recorder: await store.choices.recorder(),
});

/** The page: it wires storage, choices and the check to the screens. */
export function App({ store, site }: { store: Store; site: SiteDefaults }) {
  const stored = useStored(store, load);
  const recorder = useFollowing(store, stored?.recorder);
  const check = useCheck(store, recorder.follow);
  const { sources: own, policy = DEFAULT_RISK_POLICY, preferences = DEFAULT_PREFERENCES } = stored ?? {};
  const page = useMemo(
    () => ({
      store,
      sources: own ?? (site.source ? [site.source] : []),
      areOwnSources: own !== undefined,
      policy,
      preferences,
      site,
      recorder,
      check,
    }),
    [store, own, policy, preferences, site, recorder, check],
  );
  useSendDue(store, stored && page.sources);
  useTheme(preferences.theme);
  const language = useLanguage(stored && preferences.language);
  if (!stored || !language) return null;
  return (
    <I18nProvider i18n={i18n}>
      <PageContext value={page}>
        <Router hook={useHashPath} key={language}>
          <a
            href="#main"
            className="sr-only focus:not-sr-only focus:block focus:p-3"
            onClick={(event) => {
              // The address names a screen: a jump must not change it.
              event.preventDefault();
              document.getElementById("main")?.focus();
            }}
          >
            {t("Skip to the content")}
          </a>
          <Header />
          <main
            id="main"
            tabIndex={-1}
            className="mx-auto flex max-w-2xl flex-col gap-5 px-4 pt-6 pb-28 outline-none sm:pb-10"
          >
            <NewVersionNotice />
            <Screens />
          </main>
        </Router>
      </PageContext>
    </I18nProvider>
  );
}

function useTheme(theme: Theme): void {
  // Before anything is painted: a page that begins light and turns dark would flash.
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);
}

/** Shown where the browser does not let the page keep anything. */
export function StorageRefused({ reason }: { reason: string }) {
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-6">
      <ScreenHeading>{t("This browser refuses storage")}</ScreenHeading>
      <Panel tone="caution" role="alert">
        <p>
          {t(
            "Tocsin keeps contact records and keys only on this device, and the browser does not let it. Private windows " +
              "often do so. Open the page in an ordinary window, or allow this site to store data.",
          )}
        </p>
        <p className="text-sm text-muted">{reason}</p>
      </Panel>
    </main>
  );
}
