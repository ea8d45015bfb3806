import { parentPort } from "node:worker_threads";

/** The message after which a thread ends: what was asked before is answered first. */
export const END = "end";

/** A thread's side of ThreadQueue: each message of bytes is answered with one of bytes, in order. */
export function answerInThread(answer: (asked: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): void {
  parentPort?.on("message", (asked: Uint8Array<ArrayBuffer> | typeof END) => {
    if (asked === END) {
      parentPort?.close();
      return;
    }
    const answers = answer(asked);
    parentPort?.postMessage(answers, [answers.buffer]);
  });
}
