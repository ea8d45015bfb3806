import { Link } from "wouter";
import { isOf } from "../alerts/outcome.ts";
import { headlineOf, sortByRelevance } from "../alerts/relevance.ts";
import { formatMoment, formatSpan } from "../alerts/timeWords.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { sourceOf } from "../sync/settings.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { useNow } from "../ui/useNow.ts";
import { CheckProgressView } from "./checkProgress.tsx";
import { usePage } from "./context.ts";
import { FailureView } from "./failureView.tsx";
import { OutcomeView } from "./outcomeView.tsx";

const load = async (store: Store) => ({
  contacts: await store.contactSummary(),
  outcome: await store.outcome(),
});

export function CheckScreen() {
  const { store, settings, policy, site, check } = usePage();
  const now = useNow();
  const stored = useStored(store, load);
  const { state } = check;
  const running = state.status === "running";
  const outcome =
    settings && stored?.outcome && isOf(stored.outcome, sourceOf(settings)) ? stored.outcome : undefined;
  const found = sortByRelevance(outcome?.exposures ?? [], policy, now);
  return (
    <>
      <ScreenHeading>Check for exposures</ScreenHeading>
      <p>
        This page compares the contact numbers that your device recorded with those of people who reported
        symptoms. It does so on this device: your contacts are sent to nobody.
      </p>
      {!settings && (
        <Panel tone="caution">
          <p>No log has been chosen yet, so there is nothing to compare with.</p>
          {site.problem && <p>This site’s tocsin.json cannot be used: {site.problem}</p>}
          <p>
            <Link href="/settings" className={buttonClass("main")}>
              Open settings
            </Link>
          </p>
        </Panel>
      )}
      {settings && stored?.contacts.count === 0 && (
        <Panel tone="caution">
          <p>There are no contact records on this device yet.</p>
          <p>
            <Link href="/data" className={buttonClass("main")}>
              Import contact records
            </Link>
          </p>
        </Panel>
      )}
      {settings && stored && stored.contacts.count > 0 && !running && (
        <div>
          <Button look="main" onClick={() => check.start(settings)}>
            Check now
          </Button>
        </div>
      )}
      {running && <CheckProgressView progress={state.progress} onCancel={check.cancel} />}
      <div role="status" className="sr-only">
        {state.status === "done" && outcome && <p>The check is complete. {headlineOf(found)}.</p>}
      </div>
      {state.status === "failed" && (
        <FailureView title="The check could not be completed" failure={state.failure} />
      )}
      {!running && outcome && (
        <>
          {state.status === "failed" && <p>Below is the result of the last complete check.</p>}
          <OutcomeView outcome={outcome} found={found} now={now} />
        </>
      )}
      {settings && stored && stored.contacts.count > 0 && !running && !outcome && (
        <p className="text-muted">Not checked yet.</p>
      )}
      {running && outcome && (
        <p className="text-muted">
          Last checked {formatMoment(outcome.checkedAt)}, for contacts from{" "}
          {formatSpan(outcome.contacts.from, outcome.contacts.to)}.
        </p>
      )}
    </>
  );
}
