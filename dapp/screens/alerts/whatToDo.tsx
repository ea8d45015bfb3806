import { msg, t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";

const ADVICE = [
  msg("Watch for symptoms in the days to come."),
  msg("Take a test if you can get one."),
  msg("Keep your distance from people for whom an infection would be dangerous."),
  msg("Follow the advice of your local health service."),
  msg("If you feel unwell, call a doctor and tell them of this encounter."),
];

/** General advice; no more than anybody would be told who may have met something infectious. */
export function WhatToDo() {
  return (
    <Panel tone="calm">
      <h2 className="text-xl font-semibold">{t("What you can do now")}</h2>
      <p>{t("This alert says what somebody’s app reported. It is no diagnosis, of them or of you.")}</p>
      <ul className="flex list-disc flex-col gap-1 pl-5">
        {ADVICE.map((advice) => (
          <li key={advice}>{t(advice)}</li>
        ))}
      </ul>
    </Panel>
  );
}
