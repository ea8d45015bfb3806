/** What is going on now that a new version of the page must not interrupt. */
const going = new Set<object>();

/** Says that something began that must not be interrupted. @returns says that it ended */
export function beginReporting(): () => void {
  const something = {};
  going.add(something);
  return () => void going.delete(something);
}

/**
 * Whether somebody is giving their answers, or uploads are on their way. Between the uploads of a report that is spread
 * over hours neither is so: what waits is stored, and goes on after a reload.
 */
export function isReporting(): boolean {
  return going.size > 0;
}
