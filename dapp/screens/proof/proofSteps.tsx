import { Trans } from "@lingui/react";
import { msg, t } from "../../i18n/i18n.ts";
import type { Failure } from "../../verify/explainError.ts";
import type { ProofStep } from "../../verify/inspectProof.ts";
import { isSound, type Verification } from "./useVerification.ts";

type State = "holds" | "fails" | "notLookedAt" | "notKnown" | "asking";

const STATES: Record<State, { sign: string; word: string }> = {
  holds: { sign: "✓", word: msg("Holds") },
  fails: { sign: "✗", word: msg("Does not hold") },
  notLookedAt: { sign: "–", word: msg("Not looked at") },
  notKnown: { sign: "?", word: msg("Not known") },
  asking: { sign: "…", word: msg("The chain is being asked") },
};

const STEPS: Record<ProofStep, { name: string; holds: string; fails: string }> = {
  form: {
    name: msg("Form"),
    holds: msg("It is a proof file of Tocsin."),
    fails: msg("This is no proof file that can be read."),
  },
  signature: {
    name: msg("Signature"),
    holds: msg("The report is signed with the key of the numbers that it covers."),
    fails: msg("There is no report with a good signature in it, so it says nothing about anybody."),
  },
  inclusion: {
    name: msg("Report in the batch"),
    holds: msg("The path leads from the report to the batch’s root."),
    fails: msg("The path does not lead from the report to the batch’s root."),
  },
  log: {
    name: msg("Batch in the log"),
    holds: msg("The path leads from the batch to the log’s head."),
    fails: msg("The path does not lead from the batch to the log’s head."),
  },
};

/** Every step of a verification, and whether it holds. */
export function ProofSteps({ verification }: { verification: Verification }) {
  const { proof, failures } = verification;
  return (
    <ol className="flex flex-col gap-3">
      {(["form", "signature", "inclusion", "log"] as const).map((step) => {
        const { name, holds, fails } = STEPS[step];
        const failure = failures[step];
        if (failure)
          return <Step key={step} name={t(name)} state="fails" text={t(fails)} failure={failure} />;
        if (!proof && step !== "form") return <Step key={step} name={t(name)} state="notLookedAt" />;
        return <Step key={step} name={t(name)} state="holds" text={t(holds)} />;
      })}
      <ChainStep verification={verification} />
    </ol>
  );
}

function ChainStep({ verification }: { verification: Verification }) {
  const { chain } = verification;
  const name = t("Log on the chain");
  if (!isSound(verification)) return <Step name={name} state="notLookedAt" />;
  if (chain === "asking") return <Step name={name} state="asking" />;
  if (chain === undefined) {
    const text = t(
      "The chain was not asked, so it is not known whether the contract’s log ever had this head.",
    );
    return <Step name={name} state="notKnown" text={text} />;
  }
  if (chain.says === "yes") {
    return (
      <Step
        name={name}
        state="holds"
        text={t("The log in the contract had this head, and its block stands.")}
      />
    );
  }
  if (chain.says === "no") {
    const text = t("The contract’s log does not have what the proof says.");
    return <Step name={name} state="fails" text={text} failure={chain.failure} />;
  }
  const text =
    chain.failure.code === "CHAIN_ID_MISMATCH"
      ? t("This RPC serves another chain than the one that the proof names, so it cannot tell.")
      : t(
          "The RPC gave no answer that can be relied on, so it is not known whether the log ever had this head.",
        );
  return <Step name={name} state="notKnown" text={text} failure={chain.failure} />;
}

function Step({
  name,
  state,
  text,
  failure,
}: {
  name: string;
  state: State;
  text?: string;
  failure?: Failure;
}) {
  const { sign, word } = STATES[state];
  return (
    <li className="flex gap-3">
      <span
        aria-hidden="true"
        className="flex size-7 shrink-0 items-center justify-center rounded-full border border-control font-bold"
      >
        {sign}
      </span>
      <div>
        <p>
          <Trans
            id="<0>{step}</0>: {state}"
            values={{ step: name, state: t(word) }}
            components={{ 0: <span className="font-semibold" /> }}
          />
        </p>
        {text && <p>{text}</p>}
        {failure && (
          <p className="text-sm wrap-anywhere text-muted">
            <span className="font-mono">{failure.code}</span> {failure.message}
          </p>
        )}
      </div>
    </li>
  );
}
