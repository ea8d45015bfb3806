import { useLayoutEffect, useRef } from "react";
import type { HomeState } from "../../alerts/homeState.ts";
import { t } from "../../i18n/i18n.ts";
import { sourceId } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";
import { BeforeFirstCheck } from "./beforeFirstCheck.tsx";
import { CheckDetails } from "./checkDetails.tsx";
import { CheckingPanel } from "./checkingPanel.tsx";
import { homeSentence } from "./homeSentence.ts";
import { ResultPanel } from "./resultPanel.tsx";
import { SourceFailureView } from "./sourceFailureView.tsx";

/** The state in one sentence, the one thing to do, and what is known: an exposure comes before what failed. */
export function HomeStateView({ state, isOnline }: { state: HomeState; isOnline: boolean }) {
  const { sources, preferences, check } = usePage();
  const { name, results, failures, found } = state;
  const checkButton = useRef<HTMLButtonElement>(null);
  const before = useRef(name);
  useLayoutEffect(() => {
    // What had the focus during the check is gone: it goes back to where the check was started.
    const isLost = document.activeElement === document.body;
    if (before.current === "checking" && name !== "checking" && isLost) checkButton.current?.focus();
    before.current = name;
  }, [name]);

  const canCheck = name !== "settingUp" && name !== "noContacts" && name !== "checking";
  const isExposed = found.relevant.length > 0;
  const result = results.length > 0 && <ResultPanel state={state} />;
  return (
    <>
      <p className="text-lg">{homeSentence(state)}</p>
      {!isOnline && name !== "offline" && results.length > 0 && (
        <p className="font-medium">{t("This device is offline. What you see is from the last check.")}</p>
      )}
      {check.state.status === "running" && <CheckingPanel state={check.state} />}
      {canCheck && (
        <div>
          <Button
            ref={checkButton}
            look={isOnline && !isExposed ? "main" : "plain"}
            onClick={() => check.start(sources, preferences.slowLink)}
          >
            {isOnline ? t("Check now") : t("Try to check all the same")}
          </Button>
        </div>
      )}
      <BeforeFirstCheck state={state} />
      {canCheck && (
        <>
          {isExposed && result}
          {check.state.status === "failed" && (
            <FailureView title={t("The check could not be completed")} failure={check.state.failure} />
          )}
          {failures.map((failed) => (
            <SourceFailureView
              key={sourceId(failed.source)}
              failed={failed}
              isNew={check.state.status === "done"}
            />
          ))}
          {!isExposed && result}
          {results.map((each) => (
            <CheckDetails key={sourceId(each.source)} {...each} />
          ))}
        </>
      )}
    </>
  );
}
