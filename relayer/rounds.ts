/** Something that is done again and again. */
export interface Rounds {
  /** Lets the round in flight end, and starts no more. */
  stop(): Promise<void>;
}

/** Runs rounds that never overlap, `interval` seconds apart, until they are stopped. */
export function startRounds(round: () => Promise<void>, interval: number): Rounds {
  const stopping = new AbortController();
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await round();
      await pause(interval * 1_000, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
