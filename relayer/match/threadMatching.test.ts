import { Worker } from "node:worker_threads";
import { describe, expect, it, vi } from "vitest";
import { checkExposures, type CheckInput } from "@tocsin/protocol/check/checkExposures.ts";
import { localMatching } from "@tocsin/protocol/check/matching.ts";
import { Community, contactOf, entryOf } from "@tocsin/protocol/check/support/community.ts";
import { killThread } from "../../test/support/killThread.ts";
import { threadMatching } from "./threadMatching.ts";

const ANCHORED = 100_000;
const BATCHES = 12;

/** A log of several batches, some of whose reporters were met, and one report that was sent directly. */
function input(): CheckInput {
  const community = new Community();
  for (let i = 0; i < BATCHES; i++)
    community.publish(ANCHORED + i, entryOf(i + 1, 1, 1 + 7 * i), entryOf(100 + i, 1, 3));
  community.submitDirect(ANCHORED + BATCHES, entryOf(50, 1, 4));
  return community.checkOf(
    ...Array.from({ length: 6 }, (_, i) => contactOf(2 * i + 1, 1 + i, 20_000, 20_400)),
    contactOf(50, 2, 30_000, 30_100),
  );
}

describe("threads that compare", () => {
  it.each([1, 2, 5])("find the same, %i of them, as the thread that calls", async (width) => {
    const check = input();
    const expected = await checkExposures({ ...check, matching: localMatching(check.contacts) });
    expect(expected.exposures).toHaveLength(7);
    const matching = threadMatching(Promise.resolve(check.contacts), width);
    expect(await checkExposures({ ...check, matching })).toEqual(expected);
    matching.close();
  });

  it("tell what does not verify, by its code", async () => {
    const check = input();
    const matching = threadMatching(Promise.resolve(check.contacts), 2);
    const root = new Uint8Array(32);
    const file = new Uint8Array(40);
    await expect(matching.match(file, { count: 1, root })).rejects.toThrow(
      expect.objectContaining({ code: "BATCH_MAGIC_INVALID" }),
    );
    expect((await checkExposures({ ...check, matching })).exposures).toHaveLength(7);
    matching.close();
  });

  it("that are killed end the check with an error, and not with a part of the result", async () => {
    const check = input();
    const sent = vi.spyOn(Worker.prototype, "postMessage");
    const matching = threadMatching(Promise.resolve(check.contacts), 2);
    const checked = checkExposures({
      ...check,
      matching,
      onProgress: ({ phase, done }) => {
        if (phase === "batches" && done === 2) sent.mockImplementationOnce(killThread);
      },
    });
    await expect(checked).rejects.toThrow(expect.objectContaining({ code: "MATCHING_FAILED" }));
    matching.close();
    sent.mockRestore();
  });

  it("stop when the check is cancelled", async () => {
    const check = input();
    const controller = new AbortController();
    const matching = threadMatching(Promise.resolve(check.contacts), 2);
    const checked = checkExposures({
      ...check,
      matching,
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === "batches" && done === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(checked).rejects.toThrow("enough");
    matching.close();
  });
});
