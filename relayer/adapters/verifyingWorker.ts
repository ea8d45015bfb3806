import { parentPort } from "node:worker_threads";
import { verifyAll } from "./verifyingMessages.ts";

/** A thread that verifies: each message of signed reports is answered with one of verdicts, in order. */
parentPort?.on("message", (reports: Uint8Array<ArrayBuffer>) => {
  const verdicts = verifyAll(reports);
  parentPort?.postMessage(verdicts, [verdicts.buffer]);
});
