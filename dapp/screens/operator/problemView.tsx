import { t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import type { WalletProblem } from "../../wallet/walletProblem.ts";

/** Why something did not work, with what the machine says about it for those who want it. */
export function ProblemView({ problem }: { problem: WalletProblem }) {
  return (
    <div role="alert" className="flex flex-col gap-3">
      <p className="font-medium text-alarm-text">{problem.words}</p>
      {problem.details && (
        <Disclosure summary={t("Technical details")}>
          <p className="font-mono text-sm leading-6 wrap-anywhere whitespace-pre-wrap">{problem.details}</p>
        </Disclosure>
      )}
    </div>
  );
}
