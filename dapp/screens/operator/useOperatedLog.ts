import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Source } from "../../sync/source.ts";
import { readOperatedLog, type OperatedLog } from "../../wallet/operatedLog.ts";
import type { Target } from "../../wallet/target.ts";

/** A log of a registry that was chosen, and the source through which it is followed, if it is. */
export interface ChosenLog {
  target: Target;
  logId: number | undefined;
  source: Source | undefined;
}

/** The chosen log, read and verified; read again after each transaction. */
export function useOperatedLog({ target, logId, source }: ChosenLog): UseQueryResult<OperatedLog> {
  return useQuery({
    queryKey: ["log", target.rpc, target.registry, logId],
    queryFn: () => readOperatedLog(target, logId!, source?.fromBlock),
    enabled: logId !== undefined,
  });
}
