import type { ReactNode } from "react";
import { t } from "../i18n/i18n.ts";
import { explainFailure, type Failure } from "../verify/explainError.ts";
import { Disclosure } from "../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";

/** What failed, what it means and what to do. */
export function FailureView({
  title,
  failure,
  tone = "caution",
  isNew = true,
  children,
}: {
  title: string;
  failure: Failure;
  tone?: "caution" | "alarm";
  /** Whether it has just happened, and is to be read out. */
  isNew?: boolean;
  children?: ReactNode;
}) {
  const { step, meaning, action } = explainFailure(failure);
  return (
    <Panel tone={tone} {...(isNew ? { role: "alert" } : {})}>
      <h2 className="text-xl font-semibold">{title}</h2>
      <Facts>
        <Fact name={t("What failed")}>{step}</Fact>
        <Fact name={t("What it means")}>{meaning}</Fact>
        <Fact name={t("What to do")}>{action}</Fact>
      </Facts>
      {children}
      <Disclosure summary={t("Technical details")}>
        <Facts>
          <Fact name={t("Code")} code>
            {failure.code}
          </Fact>
          <Fact name={t("Message")} code>
            {failure.message}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}
