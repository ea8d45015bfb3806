/** One thing to time. */
export interface Task {
  name: string;
  /** Does the thing once. What it gives is kept from being optimised away. */
  run(): unknown;
}

/** Seconds that one sample should last at least: well above the clock's resolution, well below a hiccup of the machine. */
const SAMPLE_SECONDS = 0.03;
const WARM_UP_SECONDS = 0.15;
const ROUNDS = 15;

/**
 * Times tasks against each other. Every round takes one sample of each task, in an order that moves on by one, so that
 * whatever else the machine does hits all of them alike; the median of a task's samples is its time.
 * @returns seconds for one run, by name
 */
export async function measure(tasks: readonly Task[], rounds = ROUNDS): Promise<Map<string, number>> {
  const prepared: { task: Task; runs: number; samples: number[] }[] = [];
  for (const task of tasks) prepared.push({ task, runs: await warmUp(task), samples: [] });
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < prepared.length; i++) {
      const { task, runs, samples } = prepared[(round + i) % prepared.length]!;
      samples.push((await time(task, runs)) / runs);
    }
  }
  return new Map(prepared.map(({ task, samples }) => [task.name, median(samples)]));
}

/** Runs a task until it is compiled. @returns how many runs make a sample */
async function warmUp(task: Task): Promise<number> {
  let runs = 1;
  let spent = 0;
  for (;;) {
    const seconds = await time(task, runs);
    spent += seconds;
    if (spent >= WARM_UP_SECONDS) return Math.max(1, Math.ceil((SAMPLE_SECONDS * runs) / seconds));
    if (seconds < SAMPLE_SECONDS) runs *= 2;
  }
}

let kept: unknown;

async function time(task: Task, runs: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) {
    kept = task.run();
    if (kept instanceof Promise) await kept;
  }
  return (performance.now() - start) / 1_000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
