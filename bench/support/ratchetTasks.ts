import { compileKernel, createKernel, type Kernel } from "@tocsin/protocol/kernel/kernel.ts";
import { LANES } from "@tocsin/protocol/kernel/lanes.ts";
import { expandTcns } from "@tocsin/protocol/tcn/ratchet.ts";
import { measure, type Task } from "./measure.ts";

const REPORTS = 1_000;
/** TCNs of a report of six hours. */
const SPAN = 24;
/** TCNs that each of the tasks derives in one run. */
export const TCNS = REPORTS * SPAN;

interface Ratchet {
  rvk: Uint8Array;
  tckBeforeJ1: Uint8Array;
}

function randomRatchets(): Ratchet[] {
  const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
  return Array.from({ length: REPORTS }, () => ({ rvk: random(), tckBeforeJ1: random() }));
}

/** The same work by @noble/hashes, as protocol/tcn calls it, and by both kernels. Runs in Node and in a browser. */
function tasks(): Task[] {
  const ratchets = randomRatchets();
  const byNoble = (): void => {
    for (const { rvk, tckBeforeJ1 } of ratchets) expandTcns(rvk, tckBeforeJ1, 1, SPAN);
  };
  return [
    { name: "noble", run: byNoble },
    { name: "js", run: byKernel(createKernel(undefined), ratchets) },
    { name: "simd", run: bySimd(ratchets) },
  ];
}

/** Expands ratchets of its own with the SIMD kernel. @throws Error where there is none */
export function bySimd(ratchets = randomRatchets()): () => void {
  const kernel = createKernel(compileKernel());
  if (kernel.name !== "simd") throw new Error("this engine has no WebAssembly SIMD");
  return byKernel(kernel, ratchets);
}

function byKernel(kernel: Kernel, ratchets: readonly Ratchet[]): () => void {
  return () => {
    for (let first = 0; first < REPORTS; first += LANES) {
      for (let lane = 0; lane < LANES; lane++) {
        const { rvk, tckBeforeJ1 } = ratchets[first + lane] as Ratchet;
        kernel.load(lane, rvk, tckBeforeJ1, 1);
      }
      kernel.expand(SPAN);
    }
  };
}

/** TCNs a second in this engine, by the name of the task. */
export async function ratchetRates(): Promise<[name: string, tcnsPerSecond: number][]> {
  return [...(await measure(tasks()))].map(([name, seconds]) => [name, TCNS / seconds]);
}
