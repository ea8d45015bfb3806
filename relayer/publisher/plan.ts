import type { TaskKey } from "../ports/database.ts";

type Kind = "append" | "answer";

export interface PlanInput {
  /** The newest task that a transaction was signed for, by nonce from the account's next one on; undefined for a hole. */
  slots: readonly (TaskKey | undefined)[];
  /** Appends that the log needs, in the log's order: each is valid only right after the one before. */
  appends: readonly TaskKey[];
  /** Answers that are needed, the most urgent first. */
  answers: readonly TaskKey[];
  /** Tasks that may be in flight at once. */
  limit: number;
  /** What the account's last transaction was for, if that is known. */
  before?: TaskKey | undefined;
}

/**
 * Gives every nonce from the account's next one on a task, without a gap, and each task one nonce. What stands well
 * stays; appends keep the log's order; a nonce whose transaction is needed no more, or that has none, gets a task
 * that waits, or else one from behind. Where both kinds wait they take turns, so neither starves.
 */
export function planQueue({ slots, appends, answers, limit, before }: PlanInput): TaskKey[] {
  const plan: TaskKey[] = [];
  const placed = new Set<TaskKey>();
  const later = slotsOf(slots);
  const queue = [...appends];
  let kind: Kind | undefined = before && kindOf(before);
  const choose = (nonce: number): TaskKey | undefined => {
    const [append] = queue;
    const held = slots[nonce];
    const isOpen = (task: TaskKey): boolean => !placed.has(task);
    if (held !== undefined && (held === append || (answers.includes(held) && isOpen(held)))) return held;
    const fresh = answers.find((task) => isOpen(task) && (later.get(task) ?? -1) < nonce);
    const isInPlace = append !== undefined && (later.get(append) ?? -1) > nonce;
    if (fresh !== undefined && (append === undefined || isInPlace || kind === "append")) return fresh;
    return append ?? fresh ?? answers.find(isOpen);
  };
  while (plan.length < limit) {
    const task = choose(plan.length);
    if (task === undefined) break;
    if (task === queue[0]) queue.shift();
    kind = kindOf(task);
    placed.add(task);
    plan.push(task);
  }
  return plan;
}

/** The last place at which each task stands. */
function slotsOf(slots: readonly (TaskKey | undefined)[]): Map<TaskKey, number> {
  const places = new Map<TaskKey, number>();
  for (const [place, task] of slots.entries()) if (task !== undefined) places.set(task, place);
  return places;
}

function kindOf(task: TaskKey): Kind {
  return task.startsWith("append:") ? "append" : "answer";
}
