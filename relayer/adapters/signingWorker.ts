import { randomBytes } from "node:crypto";
import { workerData } from "node:worker_threads";
import { answerInThread } from "./answerInThread.ts";
import { receiptSignature } from "./receiptSignature.ts";
import { signAll, type SigningData } from "./signingMessages.ts";

/** A thread that signs receipts: of messages of promises ones of signatures. */
const { log, privateKey } = workerData as SigningData;
const operator = receiptSignature(privateKey);
const decoy = receiptSignature(randomBytes(32));

answerInThread((promises) => signAll(promises, log, { operator, decoy }));
