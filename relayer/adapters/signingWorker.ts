import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { receiptSignature } from "./receiptSignature.ts";
import { signAll, type SigningData } from "./signingMessages.ts";

/** A thread that signs receipts: each message of promises is answered with one of signatures, in order. */
const { log, privateKey } = workerData as SigningData;
const operator = receiptSignature(privateKey);
const decoy = receiptSignature(randomBytes(32));

parentPort?.on("message", (promises: Uint8Array<ArrayBuffer>) => {
  const signatures = signAll(promises, log, { operator, decoy });
  parentPort?.postMessage(signatures, [signatures.buffer]);
});
