import { expose } from "comlink";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import type { ShowProgress } from "@tocsin/protocol/check/progress.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import { toOutcome, type CheckOutcome } from "../alerts/outcome.ts";
import { summarize, unpackContacts, type PackedContacts } from "../contacts/packedContacts.ts";
import { workerMatching } from "./workerMatching.ts";
import { unixNow } from "../storage/clock.ts";
import { openDatabase } from "../storage/database.ts";
import { StoredMemory } from "../storage/storedMemory.ts";
import { plainFetch } from "../sync/plainFetch.ts";
import { httpRpc } from "../sync/rpc.ts";
import { sourceOf, type Settings } from "../sync/settings.ts";
import { toFailure, type Failure } from "../verify/explainError.ts";

/** What one check needs; it stays on this device. */
export interface CheckJob {
  settings: Settings;
  contacts: PackedContacts[];
}

export type CheckAnswer = { outcome: CheckOutcome } | { failure: Failure };

const worker = {
  async check(job: CheckJob, onProgress: ShowProgress): Promise<CheckAnswer> {
    const { settings } = job;
    const database = await openDatabase();
    const contacts = ContactTable.from(recordsOf(job.contacts));
    const matching = workerMatching(contacts);
    try {
      const result = await checkExposures({
        rpc: httpRpc(settings.rpc),
        fetch: plainFetch,
        source: sourceOf(settings),
        gateways: settings.gateways,
        contacts,
        matching,
        memory: new StoredMemory(database),
        ...(settings.slowLink ? { light: { relayers: relayersOf(settings) } } : {}),
        onProgress,
      });
      return { outcome: toOutcome(result, summarize(job.contacts), unixNow()) };
    } catch (error) {
      return { failure: toFailure(error) };
    } finally {
      matching.close();
      database.close();
    }
  },
};

/** Any gateway may be a relayer, and have filters. */
function relayersOf({ relayer, gateways }: Settings): string[] {
  return [...new Set(relayer === "" ? gateways : [relayer, ...gateways])];
}

/** A day at a time: all at once they would take a browser's memory. */
function* recordsOf(days: readonly PackedContacts[]): Generator<ContactRecord> {
  for (const day of days) yield* unpackContacts(day);
}

export type CheckWorker = typeof worker;

expose(worker);
