import { parentPort } from "node:worker_threads";
import { bySimd } from "./ratchetTasks.ts";

// A thread that runs the SIMD kernel's task once for each message, and says when it is done.
const run = bySimd();
parentPort?.on("message", () => {
  run();
  parentPort?.postMessage("done");
});
