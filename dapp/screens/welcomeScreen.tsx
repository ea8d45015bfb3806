import { useState } from "react";
import { Redirect } from "wouter";
import { t } from "../i18n/i18n.ts";
import { Button } from "../ui/button.tsx";
import { ScreenHeading, StepHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { ProgressBar } from "../ui/progressBar.tsx";
import { usePage } from "./context.ts";
import { WELCOME_STEPS } from "./welcome/welcomeSteps.tsx";

/** The introduction, in four steps that can be skipped. */
export default function WelcomeScreen() {
  const { store, preferences } = usePage();
  const [step, setStep] = useState(0);
  const [hasMoved, setHasMoved] = useState(false);
  const [isOver, setIsOver] = useState(false);
  // Home sends back whoever it does not yet know to have been here.
  if (isOver && preferences.onboarded) return <Redirect to="/" replace />;

  const go = (to: number): void => {
    setHasMoved(true);
    setStep(to);
  };
  const finish = (): void =>
    void store.choices.savePreferences({ onboarded: true }).then(() => setIsOver(true));
  const { title, Content } = WELCOME_STEPS[step]!;
  const progress = t("Step {n} of {of}", { n: step + 1, of: WELCOME_STEPS.length });
  const isLast = step === WELCOME_STEPS.length - 1;
  return (
    <>
      <ScreenHeading>{t("How it works")}</ScreenHeading>
      <Panel label={t("Introduction")}>
        <p className="text-muted">{progress}</p>
        <ProgressBar label={progress} value={step + 1} max={WELCOME_STEPS.length} />
        <StepHeading key={step} focus={hasMoved}>
          {t(title)}
        </StepHeading>
        <Content />
        <div className="flex flex-wrap gap-3 pt-2">
          {isLast ? (
            <Button look="main" onClick={finish}>
              {t("Done")}
            </Button>
          ) : (
            <Button look="main" onClick={() => go(step + 1)}>
              {t("Next")}
            </Button>
          )}
          {step > 0 && <Button onClick={() => go(step - 1)}>{t("Back")}</Button>}
          {!isLast && <Button onClick={finish}>{t("Skip")}</Button>}
        </div>
      </Panel>
    </>
  );
}
