/** Contact records and broadcast keys older than this are ignored and deleted: after 14 days they can warn nobody. */
export const RETENTION_SECONDS = 14 * 86_400;

/** The device's clock, whole unix seconds. */
export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}
