import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "./ports/clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    wait(milliseconds, undefined, signal ? { signal } : {}).then(
      () => undefined,
      () => undefined,
    ),
};
