import { Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { t } from "../i18n/i18n.ts";
import { buttonClass } from "../ui/button.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { HomeScreen } from "./homeScreen.tsx";
import { lazyScreen } from "./lazyScreen.ts";
import { ScreenBoundary } from "./screenBoundary.tsx";

// What a check does not need is loaded when it is opened.
const WelcomeScreen = lazyScreen(() => import("./welcomeScreen.tsx"));
const AlertsScreen = lazyScreen(() => import("./alertsScreen.tsx"));
const AlertScreen = lazyScreen(() => import("./alertScreen.tsx"));
const ProofScreen = lazyScreen(() => import("./proofScreen.tsx"));
const VerifyScreen = lazyScreen(() => import("./verifyScreen.tsx"));
const ReportScreen = lazyScreen(() => import("./reportScreen.tsx"));
const DataScreen = lazyScreen(() => import("./dataScreen.tsx"));
const MoreScreen = lazyScreen(() => import("./moreScreen.tsx"));
const SourcesScreen = lazyScreen(() => import("./sourcesScreen.tsx"));
const SourceScreen = lazyScreen(() => import("./sourceScreen.tsx"));
const StatisticsScreen = lazyScreen(() => import("./statisticsScreen.tsx"));
const OperatorScreen = lazyScreen(() => import("./operatorScreen.tsx"));
const SettingsScreen = lazyScreen(() => import("./settingsScreen.tsx"));

/** Which screen an address shows. */
export function Screens() {
  const [location] = useLocation();
  return (
    <ScreenBoundary key={location}>
      <Suspense fallback={<p>{t("Loading…")}</p>}>
        <Switch>
          <Route path="/" component={HomeScreen} />
          <Route path="/welcome" component={WelcomeScreen} />
          <Route path="/alerts" component={AlertsScreen} />
          <Route path="/alerts/:id">{({ id }) => <AlertScreen id={id} />}</Route>
          <Route path="/alerts/:id/proof">{({ id }) => <ProofScreen id={id} />}</Route>
          <Route path="/verify" component={VerifyScreen} />
          <Route path="/report" component={ReportScreen} />
          <Route path="/data" component={DataScreen} />
          <Route path="/more" component={MoreScreen} />
          <Route path="/sources" component={SourcesScreen} />
          <Route path="/sources/:id">{({ id }) => <SourceScreen id={id} />}</Route>
          <Route path="/statistics" component={StatisticsScreen} />
          <Route path="/operator" component={OperatorScreen} />
          <Route path="/settings" component={SettingsScreen} />
          <Route>
            <ScreenHeading>{t("There is no such page")}</ScreenHeading>
            <p>{t("The address leads to nothing here. It may have been cut when it was copied.")}</p>
            <Link href="/" className={`self-start ${buttonClass("main")}`}>
              {t("Go to the start")}
            </Link>
          </Route>
        </Switch>
      </Suspense>
    </ScreenBoundary>
  );
}
