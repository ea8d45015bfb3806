/** TCNs that one report may ask its readers to derive: 14 days of 15-minute numbers, both ends included, as the oldest clients send. */
export const MAX_SPAN = 1_345;

/** TCNs that the reports of one batch may ask for together: some six times as many as a full batch of 6-hour reports does.
 * Relayers end a batch before, and readers refuse one that asks for more. */
export const MAX_BATCH_TCNS = 1_048_576;
