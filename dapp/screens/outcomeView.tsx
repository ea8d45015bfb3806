import { Link } from "wouter";
import type { CheckOutcome, ExposureAlert } from "../alerts/outcome.ts";
import { distanceWords } from "../alerts/exposureWords.ts";
import { count, formatDuration, formatMoment, formatSpan } from "../alerts/timeWords.ts";
import { buttonClass } from "../ui/button.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { useNow } from "../ui/useNow.ts";
import { ReportedFacts } from "./reportedFacts.tsx";

const OUT_OF_DATE_SECONDS = 86_400;

/** The result of a check. It never says that anybody is safe: a check only sees what was recorded and reported. */
export function OutcomeView({ outcome }: { outcome: CheckOutcome }) {
  const now = useNow();
  const { exposures, contacts, block, counts } = outcome;
  return (
    <>
      {exposures.length === 0 ? (
        <Panel tone="calm">
          <h2 className="text-2xl font-semibold">No exposures detected</h2>
          <p>
            Of the {count(contacts.count, "contact record")} on this device, none shows an encounter with
            somebody who reported. People who did not report, or whose numbers were not recorded, cannot be
            found this way.
          </p>
        </Panel>
      ) : (
        <Panel tone="alarm">
          <h2 className="text-2xl font-semibold">Possible exposure</h2>
          <p>
            {exposures.length === 1
              ? "Somebody who was near you reported that they may be ill."
              : `${exposures.length} encounters with people who reported that they may be ill were found.`}{" "}
            This is what their app said, not a diagnosis. If you feel ill or are worried, call a doctor or
            your health service, and tell them of the encounter.
          </p>
        </Panel>
      )}
      {exposures.map((exposure) => (
        <ExposureCard key={exposure.id} exposure={exposure} />
      ))}
      {outcome.replays.length > 0 && <Replays replays={outcome.replays} />}
      <Panel label="About this check">
        {now - outcome.checkedAt > OUT_OF_DATE_SECONDS && (
          <p className="font-medium">This result is more than a day old: check again.</p>
        )}
        <Facts>
          <Fact name="Last checked">{formatMoment(outcome.checkedAt)}</Fact>
          <Fact name="Contacts compared">
            {count(contacts.count, "contact record")}, {formatSpan(contacts.from, contacts.to)}
          </Fact>
          <Fact name="Reports compared">
            {count(counts.reports, "report")} in {count(counts.batches, "batch", "batches")}
            {counts.directEntries > 0 &&
              ` and ${count(counts.directEntries, "entry", "entries")} sent directly to the contract`}
            , up to block {block.number} ({formatMoment(block.timestamp)})
          </Fact>
          {counts.forgedReports > 0 && (
            <Fact name="Forged">
              {count(counts.forgedReports, "report")} with your contacts’ numbers but a false signature: not
              counted
            </Fact>
          )}
          {counts.unreadableReports > 0 && (
            <Fact name="Unreadable">
              {count(counts.unreadableReports, "report")} that no reader accepts: skipped
            </Fact>
          )}
          {counts.unknownEntries > 0 && (
            <Fact name="Unknown">
              {count(counts.unknownEntries, "entry", "entries")} of a kind that this version does not know:
              verified, not read
            </Fact>
          )}
        </Facts>
        {outcome.faults.map((fault) => (
          <p key={`${fault.gateway} ${fault.code}`}>
            {fault.code === "BATCH_DIGEST_MISMATCH"
              ? `Gateway ${fault.gateway} served other bytes and was skipped`
              : `Gateway ${fault.gateway} did not serve what was asked for and was skipped: ${fault.message}`}
            {` (${count(fault.times, "batch", "batches")}).`}
          </p>
        ))}
      </Panel>
    </>
  );
}

function ExposureCard({ exposure }: { exposure: ExposureAlert }) {
  return (
    <Panel label="Exposure">
      <h3 className="text-lg font-semibold">{formatSpan(exposure.firstSeen, exposure.lastSeen)}</h3>
      <Facts>
        <Fact name="How long">{formatDuration(exposure.lastSeen - exposure.firstSeen)}</Fact>
        <Fact name="How near">
          {distanceWords(exposure)} ({count(exposure.samples, "sample")})
        </Fact>
        <ReportedFacts reports={exposure.reports} />
      </Facts>
      <div>
        <Link href={`/exposure/${exposure.id}`} className={buttonClass("plain")}>
          Show the proof
        </Link>
      </div>
    </Panel>
  );
}

const SHOWN_REPLAYS = 10;

function Replays({ replays }: { replays: CheckOutcome["replays"] }) {
  return (
    <Panel label="Not exposures">
      <h3 className="text-lg font-semibold">Seen only after the report was public: not an exposure</h3>
      <p>
        {count(replays.length, "contact record")} with numbers that were public already when this device saw
        them. Anybody could have sent them then, so they show no encounter.
      </p>
      <ul className="list-disc pl-5">
        {replays.slice(0, SHOWN_REPLAYS).map((contact, i) => (
          <li key={i}>{formatSpan(contact.firstSeen, contact.lastSeen)}</li>
        ))}
      </ul>
    </Panel>
  );
}
