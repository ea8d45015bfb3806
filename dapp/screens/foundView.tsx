import { Link } from "wouter";
import { policyInWords, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { headlineOf, type Relevance } from "../alerts/relevance.ts";
import { count } from "../alerts/timeWords.ts";
import { Disclosure } from "../ui/disclosure.tsx";
import { Panel } from "../ui/panel.tsx";
import { ExposureCard } from "./exposureCard.tsx";

/** What a check found: first what is relevant, then the rest, each with its reasons. */
export function FoundView({
  found,
  policy,
  compared,
}: {
  found: Relevance;
  policy: RiskPolicy;
  /** Contact records. */
  compared: number;
}) {
  const { relevant, lessRelevant } = found;
  return (
    <>
      <Headline found={found} compared={compared} />
      {relevant.map((exposure) => (
        <ExposureCard key={exposure.id} exposure={exposure} />
      ))}
      {lessRelevant.length > 0 && (
        <>
          <h2 className="pt-2 text-xl font-semibold">Less relevant</h2>
          <p>
            {count(lessRelevant.length, "encounter")} that {lessRelevant.length === 1 ? "does" : "do"} not
            meet all of what counts as relevant.
          </p>
          {lessRelevant.map(({ exposure, reasons }) => (
            <ExposureCard key={exposure.id} exposure={exposure} reasons={reasons} />
          ))}
        </>
      )}
      <Disclosure summary="What counts as relevant">
        <p>An encounter with somebody who reported counts as relevant when all of this is so:</p>
        <ul className="list-disc pl-5">
          {policyInWords(policy).map((part) => (
            <li key={part}>{part}</li>
          ))}
        </ul>
        <p>
          Others are shown too, apart and with the reason. You can change this in the{" "}
          <Link href="/settings" className="underline">
            settings
          </Link>
          .
        </p>
      </Disclosure>
    </>
  );
}

function Headline({ found, compared }: { found: Relevance; compared: number }) {
  const title = <h2 className="text-2xl font-semibold">{headlineOf(found)}</h2>;
  const { relevant, lessRelevant } = found;
  if (relevant.length > 0) {
    return (
      <Panel tone="alarm">
        {title}
        <p>
          {relevant.length === 1
            ? "Somebody who was near you reported that they may be ill."
            : `${relevant.length} encounters with people who reported that they may be ill were found.`}{" "}
          {ADVICE}
        </p>
      </Panel>
    );
  }
  if (lessRelevant.length > 0) {
    return (
      <Panel tone="caution">
        {title}
        <p>
          {count(lessRelevant.length, "encounter")} with people who reported that they may be ill{" "}
          {lessRelevant.length === 1 ? "was" : "were"} found, but none that counts as relevant. Below you see
          why. {ADVICE}
        </p>
      </Panel>
    );
  }
  return (
    <Panel tone="calm">
      {title}
      <p>
        Of the {count(compared, "contact record")} on this device, none shows an encounter with somebody who
        reported. People who did not report, or whose numbers were not recorded, cannot be found this way.
      </p>
    </Panel>
  );
}

const ADVICE =
  "This is what their app said, not a diagnosis. If you feel ill or are worried, call a doctor or your health service, " +
  "and tell them of the encounter.";
