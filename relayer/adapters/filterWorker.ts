import { answerInThread } from "./answerInThread.ts";
import { makeAll } from "./filterMessages.ts";

/** A thread that makes filters: of messages of batches ones of filter files. */
answerInThread(makeAll);
