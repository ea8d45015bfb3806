import { afterAll, beforeAll, vi } from "vitest";

/** Lets pauses pass at once in a test file: an RPC is accused only after several readings with time between them. */
export function withoutPauses(): void {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "Date"] }).setTimerTickMode("nextTimerAsync");
  });
  afterAll(() => {
    vi.useRealTimers();
  });
}
