import type { ReactNode } from "react";
import { t } from "../../i18n/i18n.ts";
import type { BridgeError } from "../../recorder/bridgeError.ts";
import { problemWords } from "../../recorder/problemWords.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";

/** What a recorder did not do, why, and what to do about it. */
export function RecorderProblem({
  title,
  problem,
  isNew = true,
  children,
}: {
  title: string;
  problem: BridgeError;
  /** Whether it has just happened, and is to be read out. */
  isNew?: boolean;
  children?: ReactNode;
}) {
  const { meaning, action } = problemWords(problem);
  return (
    <Panel tone="caution" label={title} {...(isNew ? { role: "alert" } : {})}>
      <p className="text-lg font-semibold">{title}</p>
      <p>
        {meaning} {action}
      </p>
      {children}
      <Disclosure summary={t("Technical details")}>
        <Facts>
          <Fact name={t("Code")} code>
            {problem.code}
          </Fact>
          <Fact name={t("Message")} code>
            {problem.message}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}
