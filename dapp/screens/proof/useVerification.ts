import { useRef, useState } from "react";
import { askChain, followedSource, type ChainAnswer } from "../../verify/askChain.ts";
import { toFailure } from "../../verify/explainError.ts";
import { inspectProof, type InspectedProof } from "../../verify/inspectProof.ts";
import type { Source } from "../../sync/source.ts";

/** A proof that is being verified, as far as that has come. */
export interface Verification extends InspectedProof {
  /** Tells one proof from the next, also where they are equal. */
  nth: number;
  /** The followed source that has its log. */
  followed?: Source | undefined;
  /** What the chain says; undefined where it was not asked. */
  chain?: ChainAnswer | "asking" | undefined;
}

/** Whether a proof is sound in itself, so that only a chain can say more. */
export function isSound({ proof, failures }: InspectedProof): boolean {
  return proof !== undefined && !failures.inclusion && !failures.log;
}

/** Verifies one proof at a time; a followed log's RPC is asked at once, another only when the user names it. */
export function useVerification(sources: readonly Source[]): {
  verification: Verification | undefined;
  verify: (read: () => Promise<string>) => Promise<void>;
  ask: (rpc: string) => Promise<void>;
} {
  const [verification, setVerification] = useState<Verification>();
  const latest = useRef(0);
  const show = (found: Verification): void => {
    if (latest.current === found.nth) setVerification(found);
  };
  const askAbout = async (known: Verification, source: Pick<Source, "rpc" | "fromBlock">): Promise<void> => {
    if (!known.proof) return;
    show({ ...known, chain: "asking" });
    show({ ...known, chain: await askChain(known.proof, source) });
  };
  const verify = async (read: () => Promise<string>): Promise<void> => {
    const nth = ++latest.current;
    const inspected: InspectedProof = await read().then(inspectProof, (error: unknown) => ({
      failures: { form: toFailure(error) },
    }));
    const followed = inspected.proof && followedSource(inspected.proof, sources);
    const found = { ...inspected, nth, followed };
    show(found);
    if (followed && isSound(found)) await askAbout(found, followed);
  };
  return {
    verification,
    verify,
    ask: async (rpc) => {
      if (verification) await askAbout(verification, { rpc });
    },
  };
}
