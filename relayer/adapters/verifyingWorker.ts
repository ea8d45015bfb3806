import { answerInThread } from "./answerInThread.ts";
import { verifyAll } from "./verifyingMessages.ts";

/** A thread that verifies: of messages of signed reports ones of verdicts. */
answerInThread(verifyAll);
