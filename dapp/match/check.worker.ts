import { expose } from "comlink";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import type { ShowProgress } from "@tocsin/protocol/check/progress.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import { toOutcome, type CheckOutcome } from "../alerts/outcome.ts";
import { summarize, unpackContacts, type PackedContacts } from "../contacts/packedContacts.ts";
import { matchService } from "./matchService.ts";
import { MATCH_WORKER, workerMatching } from "./workerMatching.ts";
import { unixNow } from "../storage/clock.ts";
import { openDatabase } from "../storage/database.ts";
import { StoredMemory } from "../storage/storedMemory.ts";
import { plainFetch } from "../sync/plainFetch.ts";
import { httpRpc } from "../sync/rpc.ts";
import { logOf, sourceId, type Source } from "../sync/source.ts";
import { toFailure, type Failure } from "../verify/explainError.ts";

/** What the check of one source needs; it stays on this device. */
export interface CheckJob {
  source: Source;
  contacts: PackedContacts[];
  /** Whether filters are read first, and few batches whole. */
  slowLink: boolean;
}

export type CheckAnswer = { outcome: CheckOutcome } | { failure: Failure };

const worker = {
  async check(job: CheckJob, onProgress: ShowProgress): Promise<CheckAnswer> {
    const { source, slowLink } = job;
    const database = await openDatabase();
    const contacts = ContactTable.from(recordsOf(job.contacts));
    const matching = workerMatching(contacts);
    try {
      const result = await checkExposures({
        rpc: httpRpc(source.rpc),
        fetch: plainFetch,
        source: {
          ...logOf(source),
          ...(source.fromBlock === undefined ? {} : { fromBlock: source.fromBlock }),
        },
        gateways: source.gateways,
        contacts,
        matching,
        memory: new StoredMemory(database, sourceId(source)),
        ...(slowLink ? { light: { relayers: relayersOf(source) } } : {}),
        onProgress,
      });
      return { outcome: toOutcome(result, summarize(job.contacts), unixNow()) };
    } catch (error) {
      return { failure: { ...toFailure(error), rpc: source.rpc } };
    } finally {
      matching.close();
      database.close();
    }
  },
};

/** Any gateway may be a relayer, and have filters. */
function relayersOf({ relayer, gateways }: Source): string[] {
  return [...new Set(relayer === "" ? gateways : [relayer, ...gateways])];
}

/** A day at a time: all at once they would take a browser's memory. */
function* recordsOf(days: readonly PackedContacts[]): Generator<ContactRecord> {
  for (const day of days) yield* unpackContacts(day);
}

export type CheckWorker = typeof worker;

// Both kinds of worker have most of their code in common: as two files it would be loaded twice.
expose(self.name === MATCH_WORKER ? matchService : worker);
