import { parentPort, workerData } from "node:worker_threads";
import { localMatching } from "@tocsin/protocol/check/matching.ts";
import { answerMatch, type MatchRequest } from "@tocsin/protocol/check/matchingMessages.ts";
import { beginKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import { ContactTable, type ContactTableData } from "@tocsin/protocol/match/contactTable.ts";

/** What a thread is started with. Its first message are the contacts, a `ContactTableData`. */
export interface MatchingData {
  module: WebAssembly.Module | undefined;
}

beginKernel((workerData as MatchingData).module);

/** A thread that compares: each request is answered before the next is sent. */
parentPort?.once("message", (contacts: ContactTableData) => {
  const matching = localMatching(ContactTable.over(contacts));
  parentPort?.on("message", (request: MatchRequest) => {
    void answerMatch(matching, request).then((answer) => parentPort?.postMessage(answer));
  });
});
