import { localMatching, type Matching } from "@tocsin/protocol/check/matching.ts";
import { answerMatch, type MatchAnswer, type MatchRequest } from "@tocsin/protocol/check/matchingMessages.ts";
import { beginKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import { ContactTable, type ContactTableData } from "@tocsin/protocol/match/contactTable.ts";

let matching: Matching | undefined;

/** What a worker that compares is asked. */
export const matchService = {
  begin(module: WebAssembly.Module | undefined, contacts: ContactTableData): void {
    beginKernel(module);
    matching = localMatching(ContactTable.over(contacts));
  },
  ask(request: MatchRequest): Promise<MatchAnswer> {
    if (!matching) throw new Error("it was asked before it began");
    return answerMatch(matching, request);
  },
};
