/** The relayer's only source of time. */
export interface Clock {
  /** Unix seconds. */
  now(): number;
}
