import { lazy, Suspense, useMemo } from "react";
import { DEFAULT_RISK_POLICY } from "@tocsin/protocol/match/risk.ts";
import { Route, Router, Switch } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { useCheck } from "./match/useCheck.ts";
import { CheckScreen } from "./screens/checkScreen.tsx";
import { PageContext } from "./screens/context.ts";
import type { Store } from "./storage/store.ts";
import { useStored } from "./storage/useStored.ts";
import type { SiteDefaults } from "./sync/siteDefaults.ts";
import { Header } from "./ui/header.tsx";
import { ScreenHeading } from "./ui/heading.tsx";
import { Panel } from "./ui/panel.tsx";

// What a check does not need is loaded when it is opened.
const ProofScreen = lazy(() => import("./screens/proofScreen.tsx"));
const ReportScreen = lazy(() => import("./screens/reportScreen.tsx"));
const DataScreen = lazy(() => import("./screens/dataScreen.tsx"));
const SettingsScreen = lazy(() => import("./screens/settingsScreen.tsx"));

const loadSettings = async (store: Store) => ({
  saved: await store.settings(),
  policy: await store.riskPolicy(),
});

/** The page: it wires storage, settings and the check to the screens. */
export function App({ store, site }: { store: Store; site: SiteDefaults }) {
  const stored = useStored(store, loadSettings);
  const check = useCheck(store);
  const settings = stored?.saved ?? site.settings;
  const policy = stored?.policy ?? DEFAULT_RISK_POLICY;
  const page = useMemo(
    () => ({ store, settings, policy, site, check }),
    [store, settings, policy, site, check],
  );
  if (!stored) return null;
  return (
    <PageContext value={page}>
      <Router hook={useHashLocation}>
        <Header community={settings?.name ?? ""} />
        <main className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-6">
          <Suspense fallback={<p>Loading…</p>}>
            <Switch>
              <Route path="/" component={CheckScreen} />
              <Route path="/exposure/:id">{({ id }) => <ProofScreen id={id} />}</Route>
              <Route path="/report" component={ReportScreen} />
              <Route path="/data" component={DataScreen} />
              <Route path="/settings" component={SettingsScreen} />
              <Route>
                <ScreenHeading>There is no such page</ScreenHeading>
              </Route>
            </Switch>
          </Suspense>
        </main>
      </Router>
    </PageContext>
  );
}

/** Shown where the browser does not let the page keep anything. */
export function StorageRefused({ reason }: { reason: string }) {
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-6">
      <ScreenHeading>This browser refuses storage</ScreenHeading>
      <Panel tone="caution" role="alert">
        <p>
          Tocsin keeps contact records and keys only on this device, and the browser does not let it. Private
          windows often do so. Open the page in an ordinary window, or allow this site to store data.
        </p>
        <p className="text-sm text-muted">{reason}</p>
      </Panel>
    </main>
  );
}
