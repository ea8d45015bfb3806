import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskKey } from "../ports/database.ts";
import { planQueue } from "./plan.ts";

const append = (seq: number): TaskKey => `append:${seq}`;
const answer = (id: string): TaskKey => `answer:${id}`;
const [A0, A1, A2, A3] = [0, 1, 2, 3].map(append) as [TaskKey, TaskKey, TaskKey, TaskKey];
const [X, Y, Z] = ["x", "y", "z"].map(answer) as [TaskKey, TaskKey, TaskKey];

describe("planQueue", () => {
  const plan = (
    slots: (TaskKey | undefined)[],
    appends: TaskKey[],
    answers: TaskKey[] = [],
    limit = 4,
    before?: TaskKey,
  ): TaskKey[] => planQueue({ slots, appends, answers, limit, before });

  it("leaves in place what stands well, and adds what is new behind", () => {
    expect(plan([A0, X, A1], [A0, A1, A2], [X])).toEqual([A0, X, A1, A2]);
  });

  it("moves appends behind a foreign nonce on, in their order", () => {
    expect(plan([A1, A2, undefined], [A0, A1, A2, A3])).toEqual([A0, A1, A2, A3]);
  });

  it("fills a hole with an answer that waits, rather than move what stands behind", () => {
    expect(plan([undefined, A0, A1], [A0, A1], [X])).toEqual([X, A0, A1]);
    expect(plan([Y, A0, A1], [A0, A1], [X])).toEqual([X, A0, A1]);
  });

  it("pulls forward what stands behind a hole where nothing else waits", () => {
    expect(plan([undefined, A0, A1], [A0, A1])).toEqual([A0, A1]);
    expect(plan([undefined, X], [], [X])).toEqual([X]);
  });

  it("lets appends and answers take turns, the most urgent answer first", () => {
    expect(plan([], [A0, A1, A2], [X, Y, Z])).toEqual([A0, X, A1, Y]);
    expect(plan([], [A0, A1], [X, Y], 1, A3)).toEqual([X]);
    expect(plan([], [A0, A1], [X, Y], 1, Z)).toEqual([A0]);
  });

  it("answers while nothing may be appended", () => {
    expect(plan([A0, A1], [], [X, Y])).toEqual([X, Y]);
  });

  it("does nothing where nothing is needed", () => {
    expect(plan([A0, X], [])).toEqual([]);
  });

  it("gives each task one nonce, appends in order, for any slots", () => {
    const tasks = fc.constantFrom<TaskKey | undefined>(A0, A1, A2, A3, X, Y, Z, undefined);
    const input = fc.record({
      slots: fc.array(tasks, { maxLength: 6 }),
      first: fc.integer({ min: 0, max: 2 }),
      appends: fc.integer({ min: 0, max: 4 }),
      answers: fc.subarray([X, Y, Z]),
      limit: fc.integer({ min: 1, max: 6 }),
      before: tasks,
    });
    fc.assert(
      fc.property(input, ({ slots, first, appends: count, answers, limit, before }) => {
        const appends = Array.from({ length: count }, (_, i) => append(first + i));
        const planned = planQueue({ slots, appends, answers, limit, before });
        expect(new Set(planned).size).toBe(planned.length);
        expect(planned.length).toBe(Math.min(limit, appends.length + answers.length));
        const own = planned.filter((task) => task.startsWith("append:"));
        expect(own).toEqual(appends.slice(0, own.length));
        expect(planned.every((task) => appends.includes(task) || answers.includes(task))).toBe(true);
        // What it says once it says again: nothing is signed twice for no reason.
        expect(planQueue({ slots: planned, appends, answers, limit, before })).toEqual(planned);
      }),
      { numRuns: 2_000 },
    );
  });
});
