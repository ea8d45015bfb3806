/**
 * `log`: reading the chain. `batches`: verifying and matching batches and entries sent directly. `hits`: checking what
 * was found.
 */
export interface CheckProgress {
  phase: "log" | "batches" | "hits";
  done: number;
  total: number;
}

export type ShowProgress = (progress: CheckProgress) => void;
