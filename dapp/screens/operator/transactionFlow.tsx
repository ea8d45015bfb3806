import { useLayoutEffect, useRef, type ReactNode } from "react";
import type { TransactionReceipt } from "viem";
import { useConfig, useConnection } from "wagmi";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import type { ContractCall } from "../../wallet/contractCall.ts";
import { aboutEtherWords, etherWords } from "../../wallet/etherWords.ts";
import { useTransaction, type TransactionState } from "../../wallet/useTransaction.ts";
import { useLasting } from "./lasting.tsx";
import { ProblemView } from "./problemView.tsx";

interface FlowProps {
  /** What the button says that begins it. */
  label: string;
  look?: "main" | "plain" | "danger";
  /** Makes the call, or throws why it cannot be made. */
  make: () => ContractCall | Promise<ContractCall>;
  /** What sending the call means, said before the wallet is asked: what is in the fields may have changed meanwhile. */
  says: (call: ContractCall) => ReactNode;
  /** What there is to say once it is mined. */
  children: (receipt: TransactionReceipt) => ReactNode;
}

/** One transaction from a button over the confirmation and what it costs to the block that holds it. */
export function TransactionFlow({ label, look = "plain", make, says, children }: FlowProps) {
  const { state, prepare, send, reset } = useTransaction();
  const box = useRef<HTMLDivElement>(null);
  const { step } = state;
  useLasting(step !== "idle");
  useLayoutEffect(() => {
    // The button that had the focus is gone; who is busy elsewhere is left alone.
    const { activeElement } = document;
    if (step !== "idle" && (activeElement === document.body || box.current?.contains(activeElement))) {
      box.current?.focus();
    }
  }, [step]);
  return (
    <div ref={box} tabIndex={-1} className="flex flex-col gap-3 rounded-lg">
      {step === "idle" && <Start label={label} look={look} onStart={() => void prepare(make)} />}
      <p role="status" className="empty:absolute">
        {waitingWords(state)}
      </p>
      {step === "sent" && <TransactionHash hash={state.hash} />}
      {step === "ready" && (
        <Panel tone="calm" label={t("Confirm: {what}", { what: label })}>
          <div className="flex flex-col gap-2">{says(state.call)}</div>
          <Costs call={state.call} fee={state.fee} gas={state.gas} />
          <div className="flex flex-wrap gap-3">
            <Button look="main" onClick={() => void send()}>
              {t("Continue in your wallet")}
            </Button>
            <Button onClick={reset}>{t("Cancel")}</Button>
          </div>
        </Panel>
      )}
      {step === "mined" && (
        <Panel tone="calm" label={t("Done: {what}", { what: label })}>
          {children(state.receipt)}
          <p className="text-muted">
            {t("It is in block {block}.", { block: String(state.receipt.blockNumber) })}
          </p>
          <TransactionHash hash={state.receipt.transactionHash} />
          <div>
            <Button onClick={reset}>{t("Close")}</Button>
          </div>
        </Panel>
      )}
      {step === "failed" && (
        <Panel tone="caution" label={t("Not done: {what}", { what: label })}>
          <ProblemView problem={state.problem} />
          {state.hash && <TransactionHash hash={state.hash} />}
          <div>
            <Button onClick={reset}>{t("Back")}</Button>
          </div>
        </Panel>
      )}
    </div>
  );
}

function Start({
  label,
  look,
  onStart,
}: {
  label: string;
  look: "main" | "plain" | "danger";
  onStart: () => void;
}) {
  const { status, chainId } = useConnection();
  const { chains } = useConfig();
  if (status !== "connected") return <p className="text-muted">{t("To do this, connect a wallet above.")}</p>;
  if (chains[0].id !== chainId) {
    return <p className="text-muted">{t("To do this, switch the network of your wallet above.")}</p>;
  }
  return (
    <div>
      <Button look={look} onClick={onStart}>
        {label}
      </Button>
    </div>
  );
}

function Costs({ call, fee, gas }: { call: ContractCall; fee: bigint; gas: bigint }) {
  return (
    <Facts>
      {call.value > 0n && <Fact name={t("Sent along")}>{etherWords(call.value)}</Fact>}
      <Fact name={t("Network fee")}>
        {t("{amount}, for {gas, number} units of gas", { amount: aboutEtherWords(fee), gas: Number(gas) })}
      </Fact>
    </Facts>
  );
}

function TransactionHash({ hash }: { hash: string }) {
  return (
    <Facts>
      <Fact name={t("Transaction")}>
        <CopyValue value={hash} name={t("the transaction’s hash")} />
      </Fact>
    </Facts>
  );
}

function waitingWords({ step }: TransactionState): string {
  if (step === "checking") return t("Trying it on the chain. Nothing is sent yet…");
  if (step === "asking") return t("Waiting for your wallet: confirm it there.");
  return step === "sent" ? t("Sent. Waiting until it is in a block…") : "";
}
