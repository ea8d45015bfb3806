import { Fragment, useState, type SubmitEvent } from "react";
import {
  DEFAULT_RISK_POLICY,
  REPORT_KINDS,
  type ReportKind,
  type RiskPolicy,
} from "@tocsin/protocol/match/risk.ts";
import { msg, t } from "../i18n/i18n.ts";
import { readRiskForm, toRiskForm, type RiskErrors } from "../sync/riskSettings.ts";
import { Button } from "../ui/button.tsx";
import { Choice, Choices } from "../ui/choice.tsx";
import { Field } from "../ui/field.tsx";
import { usePage } from "./context.ts";

const KIND_LABELS: Record<ReportKind, string> = {
  symptoms: msg("Reports of symptoms"),
  noSymptoms: msg("Reports without symptoms, such as of a test"),
  unreadable: msg("Reports that this page cannot read, such as of another app"),
};

/** Lets the user say what counts as relevant. @param onStatus is told what was done */
export function RiskForm({ onStatus }: { onStatus: (status: string) => void }) {
  const { store, policy } = usePage();
  const [errors, setErrors] = useState<RiskErrors>({});

  const keep = async (chosen: RiskPolicy, message: string): Promise<void> => {
    await store.choices.saveRiskPolicy(chosen);
    setErrors({});
    onStatus(message);
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
    if ("policy" in read) return keep(read.policy, t("Saved: the last result is shown by it."));
    setErrors(read.errors);
    onStatus("");
    const [first] = Object.keys(read.errors);
    form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };

  const shown = toRiskForm(policy);
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
      {/* Made anew whenever the policy is another: fields that were typed in take up no new default values. */}
      <Fragment key={JSON.stringify(policy)}>
        <Field
          label={t("Longer than (minutes)")}
          name="minutes"
          inputMode="decimal"
          hint={t("From the first sight to the last. Leave it empty for any duration.")}
          defaultValue={shown.minutes}
          error={errors.minutes}
        />
        <Field
          label={t("Nearer than (metres)")}
          name="metres"
          inputMode="decimal"
          hint={t("On average, as the radio estimates it. Leave it empty for any distance.")}
          defaultValue={shown.metres}
          error={errors.metres}
        />
        <Field
          label={t("In the last (days)")}
          name="days"
          inputMode="numeric"
          hint={t("Up to 14: nothing older is kept.")}
          defaultValue={shown.days}
          error={errors.days}
        />
        <Choices legend={t("Kinds of report")}>
          {REPORT_KINDS.map((kind) => (
            <Choice
              key={kind}
              type="checkbox"
              name="kinds"
              value={kind}
              label={t(KIND_LABELS[kind])}
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
          {t("Save what counts")}
        </Button>
        <Button type="reset" onClick={() => void keep(DEFAULT_RISK_POLICY, t("The defaults are in use."))}>
          {t("Use the defaults")}
        </Button>
      </div>
    </form>
  );
}
