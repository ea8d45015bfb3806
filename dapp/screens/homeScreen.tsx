import { Suspense } from "react";
import { Redirect } from "wouter";
import { homeStateOf } from "../alerts/homeState.ts";
import { t } from "../i18n/i18n.ts";
import type { RecorderSeen } from "../recorder/follow.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { ScreenHeading } from "../ui/heading.tsx";
import { useNow } from "../ui/useNow.ts";
import { usePage } from "./context.ts";
import { endOfCheck } from "./home/endOfCheck.ts";
import { HomeStateView } from "./home/homeStateView.tsx";
import { useOnline } from "./home/useOnline.ts";
import { lazyScreen } from "./lazyScreen.ts";

/** Where it cannot be had, the rest of the screen matters more. */
const RecorderNotice = lazyScreen(() =>
  import("./recorder/recorderNotice.tsx").catch(() => ({ default: () => null })),
);

const load = async (store: Store) => {
  const [contacts, outcomes, health, marks] = await Promise.all([
    store.contactSummary(),
    store.results.outcomes(),
    store.results.health(),
    store.results.marks(),
  ]);
  return { contacts, outcomes, health, marks };
};

const isRecording = (seen: RecorderSeen): boolean => "status" in seen && seen.status.isRecording;

/** Whether there was an exposure, as far as can be said, and the one thing to do next. */
export function HomeScreen() {
  const { store, sources, policy, preferences, recorder, check } = usePage();
  const now = useNow();
  const isOnline = useOnline();
  const stored = useStored(store, load);
  if (!preferences.onboarded) return <Redirect to="/welcome" replace />;
  const state = stored && homeStateOf({ ...stored, sources, policy, now, isOnline, check: check.state });
  return (
    <>
      <ScreenHeading>{t("Home")}</ScreenHeading>
      {state && <HomeStateView state={state} isOnline={isOnline} />}
      {recorder.seen && !isRecording(recorder.seen) && (
        <Suspense>
          <RecorderNotice />
        </Suspense>
      )}
      <div role="status" className="sr-only">
        {state && check.state.status === "done" && <p>{endOfCheck(state, sources.length)}</p>}
      </div>
    </>
  );
}
