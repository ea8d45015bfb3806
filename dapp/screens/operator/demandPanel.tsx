import { useId, useState } from "react";
import { parseEventLogs, type TransactionReceipt } from "viem";
import type { BondTerms } from "@tocsin/protocol/bond/readBond.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import type { Source } from "../../sync/source.ts";
import { Choice, Choices } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { bondAbi } from "../../wallet/abi.ts";
import { prepareDemand } from "../../wallet/demandable.ts";
import { etherWords } from "../../wallet/etherWords.ts";
import { periodWords } from "../../wallet/periodWords.ts";
import { readReceiptFile } from "../../wallet/receiptFile.ts";
import type { Target } from "../../wallet/target.ts";
import { BondAddress, bondAddressOf, TermsFacts, useBondTerms } from "./bondAddress.tsx";
import { QueryView } from "./queryView.tsx";
import { TransactionFlow } from "./transactionFlow.tsx";

const MAX_FILE_BYTES = 4_000_000;

/** Demands of a relayer the proof that it kept a receipt. */
export function DemandPanel({
  target,
  followed,
  address,
  onAddress,
}: {
  target: Target;
  followed: readonly Source[];
  address: string;
  onAddress: (address: string) => void;
}) {
  const [receipts, setReceipts] = useState<SignedReceipt[]>([]);
  const [chosen, setChosen] = useState(0);
  const [error, setError] = useState<string>();
  const group = useId();
  const bond = bondAddressOf(address);
  const terms = useBondTerms(target, bond);
  const receipt = receipts[chosen];

  const read = async (file: File | undefined): Promise<void> => {
    setReceipts([]);
    setChosen(0);
    setError(undefined);
    if (!file) return;
    try {
      if (file.size > MAX_FILE_BYTES) throw new TocsinError("RECEIPT_INVALID", "the file is too large");
      setReceipts(readReceiptFile(await file.text()));
    } catch (problem) {
      if (!(problem instanceof TocsinError)) throw problem;
      setError(
        t(
          "This file holds no receipt that can be read. A receipt is what “tocsin report submit --json” printed.",
        ),
      );
    }
  };

  return (
    <Panel label={t("Demand")}>
      <h2 className="text-xl font-semibold">{t("Hold a relayer to its receipt")}</h2>
      <p>
        {t(
          "If a receipt’s deadline has passed and your report is not in the log, you can demand the proof that it is. You " +
            "stake a counter-bond. If the relayer proves that it kept its word, it gets your counter-bond. If nobody does in " +
            "time, you get it back with half of the relayer’s penalty.",
        )}
      </p>
      <p className="font-medium">
        {t(
          "The address of your account is tied to the report for ever, for everybody to see. Somebody else can demand for " +
            "you with the receipt.",
        )}
      </p>
      <BondAddress address={address} onAddress={onAddress} />
      <Field
        label={t("Receipt file")}
        type="file"
        accept=".json,application/json"
        hint={t("It is read on this device. Only a demand makes public what is in it.")}
        error={error}
        onChange={(event) => void read(event.target.files?.[0])}
      />
      {receipts.length > 1 && (
        <Choices legend={t("Which receipt?")}>
          {receipts.map((one, i) => (
            <Choice
              key={i}
              type="radio"
              name={group}
              label={t("Log {n}, promised by {time}", {
                n: String(one.logId),
                time: formatMoment(one.deadline),
              })}
              note={toHex(one.leaf)}
              checked={chosen === i}
              onChange={() => setChosen(i)}
            />
          ))}
        </Choices>
      )}
      {bond && (
        <QueryView query={terms} title={t("The bond contract could not be read")}>
          {(read) => (
            <>
              <TermsFacts terms={read} />
              {receipt && (
                <Demand
                  key={toHex(receipt.leaf)}
                  target={target}
                  bond={{ address: bond, terms: read }}
                  receipt={receipt}
                  gateways={followed.find((source) => source.logId === receipt.logId)?.gateways ?? []}
                />
              )}
            </>
          )}
        </QueryView>
      )}
    </Panel>
  );
}

function Demand(props: {
  target: Target;
  bond: { address: `0x${string}`; terms: BondTerms };
  receipt: SignedReceipt;
  gateways: readonly string[];
}) {
  const { target, bond, receipt, gateways } = props;
  const [looking, setLooking] = useState("");
  const [searched, setSearched] = useState({ batches: 0, unread: 0 });
  const { counterBond, answerPeriod } = bond.terms;
  return (
    <>
      <Facts>
        <Fact name={t("Log")}>{receipt.logId}</Fact>
        <Fact name={t("Promised by")}>{formatMoment(receipt.deadline)}</Fact>
        <Fact name={t("Leaf")} code>
          {toHex(receipt.leaf)}
        </Fact>
      </Facts>
      <TransactionFlow
        label={t("Demand the proof")}
        look="danger"
        make={async () => {
          const tell = (done: number, all: number): void =>
            setLooking(
              t("Looking for the report in the log: {done, number} of {all, number} batches", { done, all }),
            );
          try {
            const { call, ...found } = await prepareDemand(target, bond, receipt, gateways, tell);
            setSearched(found);
            return call;
          } finally {
            setLooking("");
          }
        }}
        says={() => (
          <>
            <p>
              {t(
                "You stake the counter-bond of {amount}. The relayer has {period} to answer. If it does, the counter-bond is " +
                  "lost; if it does not, claim it afterwards under “Bond”.",
                { amount: etherWords(counterBond), period: periodWords(answerPeriod) },
              )}
            </p>
            {searched.unread > 0 && (
              <p className="font-medium">
                {t(
                  "{unread, number} of the log’s {batches, number} batches could not be fetched. If one of them holds the " +
                    "report, the relayer can answer and the counter-bond is lost.",
                  searched,
                )}
              </p>
            )}
          </>
        )}
      >
        {(mined) => <Demanded mined={mined} />}
      </TransactionFlow>
      <p role="status" className="empty:absolute">
        {looking}
      </p>
    </>
  );
}

function Demanded({ mined }: { mined: TransactionReceipt }) {
  const [event] = parseEventLogs({ abi: bondAbi, eventName: "Demanded", logs: mined.logs });
  if (!event)
    return (
      <p>{t("The transaction is in the chain, but it made no demand. Is this a bond contract of Tocsin?")}</p>
    );
  const { demandId, answerBy } = event.args;
  return (
    <>
      <p className="font-semibold">
        {t("The proof is demanded. The relayer can answer until {time}.", {
          time: formatMoment(Number(answerBy)),
        })}
      </p>
      <Facts>
        <Fact name={t("Demand")} code>
          {demandId}
        </Fact>
      </Facts>
    </>
  );
}
