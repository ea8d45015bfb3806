import type { CheckOutcome } from "../alerts/outcome.ts";
import type { Relevance } from "../alerts/relevance.ts";
import { count, formatMoment, formatSpan } from "../alerts/timeWords.ts";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";
import { FoundView } from "./foundView.tsx";

const OUT_OF_DATE_SECONDS = 86_400;

/** The result of a check. It never says that anybody is safe: a check only sees what was recorded and reported. */
export function OutcomeView({
  outcome,
  found,
  now,
}: {
  outcome: CheckOutcome;
  found: Relevance;
  /** Unix seconds. */
  now: number;
}) {
  const { policy } = usePage();
  const { contacts, block, counts } = outcome;
  return (
    <>
      <FoundView found={found} policy={policy} compared={contacts.count} />
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
          {counts.passedBatches > 0 && (
            <Fact name="Passed over">
              {count(counts.passedBatches, "batch", "batches")}, whose filters find none of your contacts: not
              read
            </Fact>
          )}
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
