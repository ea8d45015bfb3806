import { Fragment, useState, type SubmitEvent } from "react";
import {
  DEFAULT_RISK_POLICY,
  REPORT_KINDS,
  type ReportKind,
  type RiskPolicy,
} from "@tocsin/protocol/match/risk.ts";
import { readRiskForm, toRiskForm, type RiskErrors } from "../sync/riskSettings.ts";
import { Button } from "../ui/button.tsx";
import { Choice, Choices } from "../ui/choice.tsx";
import { Field } from "../ui/field.tsx";
import { usePage } from "./context.ts";

const KIND_LABELS: Record<ReportKind, string> = {
  symptoms: "Reports of symptoms",
  noSymptoms: "Reports without symptoms, such as of a test",
  unreadable: "Reports that this page cannot read, such as of another app",
};

/** Lets the user say what counts as relevant. */
export function RiskForm() {
  const { store, policy } = usePage();
  const [errors, setErrors] = useState<RiskErrors>({});
  const [status, setStatus] = useState("");

  const keep = async (chosen: RiskPolicy, message: string): Promise<void> => {
    await store.saveRiskPolicy(chosen);
    setErrors({});
    setStatus(message);
  };
  const save = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const text = (name: string): string => data.get(name) as string;
    const read = readRiskForm({
      minutes: text("minutes"),
      metres: text("metres"),
      days: text("days"),
      kinds: data.getAll("kinds") as string[],
    });
    if ("policy" in read) return keep(read.policy, "Saved: the last result is shown by it.");
    setErrors(read.errors);
    setStatus("");
    const [first] = Object.keys(read.errors);
    form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };

  const shown = toRiskForm(policy);
  return (
    <section aria-labelledby="risk-heading" className="flex flex-col gap-5 border-t border-line pt-5">
      <h2 id="risk-heading" className="text-xl font-semibold">
        What counts as relevant
      </h2>
      <p>
        Encounters that meet all of this come first in a result. Others are shown too, apart and with the
        reason.
      </p>
      <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
        {/* Made anew whenever the policy is another: fields that were typed in take up no new default values. */}
        <Fragment key={JSON.stringify(policy)}>
          <Field
            label="Longer than (minutes)"
            name="minutes"
            inputMode="decimal"
            hint="From the first sight to the last. Leave it empty for any duration."
            defaultValue={shown.minutes}
            error={errors.minutes}
          />
          <Field
            label="Nearer than (metres)"
            name="metres"
            inputMode="decimal"
            hint="On average, as the radio estimates it. Leave it empty for any distance."
            defaultValue={shown.metres}
            error={errors.metres}
          />
          <Field
            label="In the last (days)"
            name="days"
            inputMode="numeric"
            hint="Up to 14: nothing older is kept."
            defaultValue={shown.days}
            error={errors.days}
          />
          <Choices legend="Kinds of report">
            {REPORT_KINDS.map((kind) => (
              <Choice
                key={kind}
                type="checkbox"
                name="kinds"
                value={kind}
                label={KIND_LABELS[kind]}
                defaultChecked={shown.kinds.includes(kind)}
                aria-describedby={errors.kinds ? "risk-kinds-error" : undefined}
              />
            ))}
            {errors.kinds && (
              <p id="risk-kinds-error" className="text-sm font-medium text-alarm-text">
                {errors.kinds}
              </p>
            )}
          </Choices>
        </Fragment>
        <div className="flex flex-wrap gap-3">
          <Button type="submit" look="main">
            Save what counts
          </Button>
          <Button type="reset" onClick={() => void keep(DEFAULT_RISK_POLICY, "The defaults are in use.")}>
            Use the defaults
          </Button>
        </div>
      </form>
      <p role="status">{status}</p>
    </section>
  );
}
