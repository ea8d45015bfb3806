/** Ratchets side by side. */
export const LANES = 4;
/** TCNs a lane that one call of `expand` gives at most. */
export const MAX_STEPS = 64;
