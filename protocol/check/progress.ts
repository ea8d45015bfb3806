/**
 * `log`: reading the chain. `filters`: choosing what to read, of light clients alone. `batches`: verifying and matching batches and entries sent directly. `hits`: checking what
 * was found.
 */
export interface CheckProgress {
  phase: "log" | "filters" | "batches" | "hits";
  done: number;
  total: number;
}

export type ShowProgress = (progress: CheckProgress) => void;
