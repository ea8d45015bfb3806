import { sharedKernel } from "../kernel/sharedKernel.ts";
import type { ContactTable } from "../match/contactTable.ts";

const HASHED_AT_ONCE = 1_024;

/** Which contacts there are to look for, and which of them are new. */
export interface ComparedContacts {
  /** A hash for each contact, sorted. */
  compared: BigUint64Array;
  /** When the earliest seen contact that is new was first seen, unix seconds; undefined where none is new. */
  earliestNew: number | undefined;
}

/**
 * Compares the contacts of now with those of an earlier check. Each stands for itself by the first eight bytes of
 * SHA-256(key ‖ tcn ‖ u64 firstSeen): a record that grew is the same contact. The key keeps whoever chooses TCNs from
 * making one that passes for another.
 * @param horizon unix seconds; contacts that were last seen before are not looked for
 * @param key 32 bytes
 * @param before the hashes of the earlier check, sorted
 */
export function compareContacts(
  contacts: ContactTable,
  horizon: number,
  key: Uint8Array,
  before: BigUint64Array,
): ComparedContacts {
  const hashes = new BigUint64Array(contacts.size);
  let count = 0;
  let earliestNew: number | undefined;
  let messages: Uint8Array[] = [];
  let times: number[] = [];
  const hashMessages = (): void => {
    const digests = new DataView(sharedKernel().hashAll(key[0] as number, messages).buffer);
    for (const [i, firstSeen] of times.entries()) {
      const hash = digests.getBigUint64(i * 32);
      hashes[count++] = hash;
      if (!includes(before, hash)) earliestNew = Math.min(firstSeen, earliestNew ?? firstSeen);
    }
    [messages, times] = [[], []];
  };
  for (let number = 0; number < contacts.size; number++) {
    const { tcn, firstSeen, lastSeen } = contacts.record(number);
    if (lastSeen < horizon) continue;
    messages.push(messageOf(key, tcn, firstSeen));
    times.push(firstSeen);
    if (messages.length === HASHED_AT_ONCE) hashMessages();
  }
  hashMessages();
  return { compared: hashes.slice(0, count).sort(), earliestNew };
}

/** All but the first byte of the key, which the kernel takes apart from the message. */
function messageOf(key: Uint8Array, tcn: Uint8Array, firstSeen: number): Uint8Array {
  const message = new Uint8Array(key.length - 1 + tcn.length + 8);
  message.set(key.subarray(1));
  message.set(tcn, key.length - 1);
  new DataView(message.buffer).setBigUint64(message.length - 8, BigInt(firstSeen));
  return message;
}

function includes(sorted: BigUint64Array, hash: bigint): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === hash;
}
