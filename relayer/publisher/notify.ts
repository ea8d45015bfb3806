/** Called when something happened that an operator wants to read in the log. */
export type Notify = (
  level: "info" | "warn",
  message: string,
  fields?: Record<string, string | number>,
) => void;
