import { BroadcastError, type BroadcastCode } from "../ports/registry.ts";

/**
 * How nodes word why they do not take a transaction, the first that fits. JSON-RPC has no codes for it: geth, Erigon,
 * Nethermind (which runs its words together), Besu, Reth and anvil each say it in their own way.
 */
const WORDINGS: readonly [BroadcastCode | "KNOWN", RegExp][] = [
  ["KNOWN", /already ?known|known transaction|already ?(been )?imported|already[ _]exists/i],
  ["NONCE_TOO_HIGH", /nonce ?(is )?too (high|distant|far)|nonce ?gap|future transaction|in[_ ]future/i],
  ["REPLACEMENT_UNDERPRICED", /replace|same nonce/i],
  ["NONCE_TOO_LOW", /nonce ?(is )?too low|nonce[_ ]too[_ ]low|old ?nonce/i],
  [
    "INSUFFICIENT_FUNDS",
    /insufficient ?(funds|balance)|enough funds|upfront[_ ]cost|exceeds[_ ](account[_ ])?balance/i,
  ],
  [
    "NODE_BUSY",
    /pool.{0,20}full|pool (limit|overflow)|too many|rate|limit exceeded|account limit|time(d )?[ -]?out|unavailable|busy|overload/i,
  ],
  [
    "UNDERPRICED",
    /underpriced|fee ?too ?low|(price|fee).{0,30}(too[_ ]low|below|less than)|(below|less than).{0,30}(base|minimum)/i,
  ],
];

/**
 * Tells what a node's refusal of a transaction means.
 * @param words the message of its JSON-RPC error
 * @returns undefined where it has the transaction already: that is no error
 */
export function readRefusal(words: string): BroadcastError | undefined {
  const found = WORDINGS.find(([, pattern]) => pattern.test(words))?.[0] ?? "REFUSED";
  if (found === "KNOWN") return undefined;
  return new BroadcastError(found, `the network did not take the transaction: ${words}`);
}
