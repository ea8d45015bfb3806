import { msg, t } from "../../i18n/i18n.ts";
import { REPORT_STATES, type OwnReport, type ReportState } from "../../report/ownReport.ts";

const NAMES: Record<ReportState, string> = {
  received: msg("Received"),
  sealed: msg("In a batch"),
  stored: msg("Stored"),
  posted: msg("On its way to the chain"),
  anchored: msg("Anchored"),
  finalized: msg("Final"),
};

const MEANINGS: Record<"unsent" | ReportState, string> = {
  unsent: msg("Not sent yet: the relayer has not signed a receipt."),
  received: msg("The relayer has it and signed a receipt."),
  sealed: msg("It is in a batch with others, which cannot be changed any more."),
  stored: msg("Its batch is stored where everybody can fetch it."),
  posted: msg("The transaction that anchors its batch has been sent."),
  anchored: msg("The chain holds it. This device verified the proof."),
  finalized: msg("The chain holds it for good. This device verified the proof."),
};

/** The states in their order, each with a mark and a word; a screen reader hears which is the current one. */
export function StateSteps({ state }: { state: OwnReport["state"] }) {
  const current = REPORT_STATES.findIndex((other) => other === state);
  return (
    <>
      <ol aria-label={t("How far it has come")} className="flex flex-wrap gap-1.5 text-sm">
        {REPORT_STATES.map((name, i) => (
          <li
            key={name}
            aria-current={i === current ? "step" : undefined}
            className={`rounded-full border px-2.5 py-0.5 ${
              i <= current ? "border-accent bg-calm" : "border-line text-muted"
            } ${i === current ? "font-semibold" : ""}`}
          >
            <span aria-hidden="true">{i <= current ? "✓ " : "○ "}</span>
            {t(NAMES[name])} {/* The protocol's word, where it is another one. */}
            {name !== "received" && name !== "stored" && name !== "anchored" && (
              <span className="ml-1 font-mono text-xs font-normal">{name} </span>
            )}
            <span className="sr-only">{i <= current ? t("(done)") : t("(to come)")}</span>
          </li>
        ))}
      </ol>
      <p>{t(MEANINGS[state])}</p>
    </>
  );
}
