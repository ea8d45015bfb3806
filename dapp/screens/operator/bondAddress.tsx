import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { isAddress } from "viem";
import type { BondTerms } from "@tocsin/protocol/bond/readBond.ts";
import { t } from "../../i18n/i18n.ts";
import { Field } from "../../ui/field.tsx";
import { Fact, Facts } from "../../ui/panel.tsx";
import { readTermsFor } from "../../wallet/bondState.ts";
import { etherWords } from "../../wallet/etherWords.ts";
import { periodWords } from "../../wallet/periodWords.ts";
import type { Target } from "../../wallet/target.ts";

/** Asks for the contract that holds the bonds. */
export function BondAddress({
  address,
  onAddress,
}: {
  address: string;
  onAddress: (address: string) => void;
}) {
  const isWrong = address.trim() !== "" && !isAddress(address.trim());
  return (
    <Field
      label={t("Bond contract")}
      hint={t(
        "The address of the ReportBond contract: 0x and 40 digits. The people who run the log know it.",
      )}
      spellCheck={false}
      autoComplete="off"
      value={address}
      error={isWrong ? t("This is not an address yet.") : undefined}
      onChange={(event) => onAddress(event.target.value)}
    />
  );
}

/** The address as it was entered, once it is one. */
export function bondAddressOf(entered: string): `0x${string}` | undefined {
  const address = entered.trim();
  return isAddress(address) ? (address.toLowerCase() as `0x${string}`) : undefined;
}

/** What the contract fixes for ever. */
export function useBondTerms(target: Target, bond: `0x${string}` | undefined): UseQueryResult<BondTerms> {
  return useQuery({
    queryKey: ["terms", target.rpc, target.registry, bond],
    queryFn: () => readTermsFor(target, bond!),
    enabled: bond !== undefined,
  });
}

/** The terms in words. */
export function TermsFacts({ terms }: { terms: BondTerms }) {
  return (
    <Facts>
      <Fact name={t("Penalty")}>
        {t("{amount} for each demand that is not answered: half goes to who demanded, half is burnt", {
          amount: etherWords(terms.penalty),
        })}
      </Fact>
      <Fact name={t("Counter-bond")}>
        {t("{amount} that a demand stakes; the relayer’s, if it answers", {
          amount: etherWords(terms.counterBond),
        })}
      </Fact>
      <Fact name={t("To demand")}>
        {t("{period} from the receipt’s deadline", { period: periodWords(terms.demandWindow) })}
      </Fact>
      <Fact name={t("To answer")}>
        {t("{period} from the demand", { period: periodWords(terms.answerPeriod) })}
      </Fact>
      <Fact name={t("To withdraw")}>
        {t("{period} from the announcement", { period: periodWords(terms.withdrawalDelay) })}
      </Fact>
    </Facts>
  );
}
