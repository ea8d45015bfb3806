import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { toFailure } from "../../verify/explainError.ts";
import { toProblem, WalletProblemError } from "../../wallet/walletProblem.ts";
import { FailureView } from "../failureView.tsx";
import { ProblemView } from "./problemView.tsx";

/** What was read, or that it is being read, or why it could not be. */
export function QueryView<T>({
  query,
  title,
  children,
}: {
  query: UseQueryResult<T>;
  /** What it is called that it could not be read. */
  title: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined && !query.isError) return children(query.data);
  if (query.isFetching) return <p role="status">{t("Reading the chain…")}</p>;
  if (!query.isError) return null;
  return (
    <>
      {query.error instanceof WalletProblemError ? (
        <ProblemView problem={toProblem(query.error)} />
      ) : (
        <FailureView title={title} failure={toFailure(query.error)} />
      )}
      <div>
        <Button onClick={() => void query.refetch()}>{t("Try again")}</Button>
      </div>
    </>
  );
}
