/** A random whole number from 0 to below a limit. */
export type RandomBelow = (limit: number) => number;

/** Not to be foretold, and unbiased: a draw from the incomplete last block of 2^32 is drawn again. */
export const randomBelow: RandomBelow = (limit) => {
  const end = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (draw < end) return draw % limit;
  }
};
