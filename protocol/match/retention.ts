/** How long contacts, keys and batches matter, in seconds: after 14 days they can warn nobody, and are deleted. */
export const RETENTION = 14 * 86_400;
