import { expose } from "comlink";
import { localMatching, type Matching } from "@tocsin/protocol/check/matching.ts";
import { answerMatch, type MatchAnswer, type MatchRequest } from "@tocsin/protocol/check/matchingMessages.ts";
import { beginKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import { ContactTable, type ContactTableData } from "@tocsin/protocol/match/contactTable.ts";

let matching: Matching | undefined;

/** A thread that compares. */
const worker = {
  begin(module: WebAssembly.Module | undefined, contacts: ContactTableData): void {
    beginKernel(module);
    matching = localMatching(ContactTable.over(contacts));
  },
  ask(request: MatchRequest): Promise<MatchAnswer> {
    if (!matching) throw new Error("it was asked before it began");
    return answerMatch(matching, request);
  },
};

export type MatchWorker = typeof worker;

expose(worker);
