import { expose } from "comlink";
import { checkExposures, type CheckProgress } from "@tocsin/protocol/check/checkExposures.ts";
import { toOutcome, type CheckOutcome } from "../alerts/outcome.ts";
import { unpackContacts, type PackedContacts } from "../contacts/packedContacts.ts";
import { unixNow } from "../storage/clock.ts";
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
  async check(job: CheckJob, onProgress: (progress: CheckProgress) => void): Promise<CheckAnswer> {
    const { settings } = job;
    try {
      const contacts = job.contacts.flatMap(unpackContacts);
      const result = await checkExposures({
        rpc: httpRpc(settings.rpc),
        fetch: plainFetch,
        source: sourceOf(settings),
        gateways: settings.gateways,
        contacts,
        onProgress,
      });
      return { outcome: toOutcome(result, contacts, unixNow()) };
    } catch (error) {
      return { failure: toFailure(error) };
    }
  },
};

export type CheckWorker = typeof worker;

expose(worker);
