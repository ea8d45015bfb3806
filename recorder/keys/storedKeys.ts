import type { Fields } from "@tocsin/protocol/bytes/fields.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { DEFAULT_ROTATION, TCNS_PER_RAK } from "@tocsin/protocol/report/broadcastKeys.ts";
import type { StoredKey } from "./slots.ts";

/** The keys as they stand in the file, oldest first. */
export function encodeKeys(keys: readonly StoredKey[]): unknown[] {
  return keys.map((key) => ({ ...key, rak: toHex(key.rak) }));
}

/**
 * Reads what `encodeKeys` wrote, which must be as the keyring leaves it: only the last key may go on, and no rak stands
 * twice.
 * @param fields an object with the list in `keys`
 * @throws TocsinError
 */
export function decodeKeys(fields: Fields): StoredKey[] {
  const keys = fields.objects("keys").map(decodeKey);
  const raks = new Set(keys.map(({ rak }) => toHex(rak)));
  if (raks.size < keys.length || keys.slice(0, -1).some(({ retiredAt }) => retiredAt === undefined)) {
    throw new TocsinError("KEY_INVALID", "the keys contradict each other");
  }
  return keys;
}

function decodeKey(fields: Fields): StoredKey {
  const key: StoredKey = {
    rak: fields.hex("rak", 32),
    startedAt: fields.uint("startedAt"),
    rotation: fields.uint("rotation", DEFAULT_ROTATION, DEFAULT_ROTATION),
    firstIndex: fields.uint("firstIndex", 1, 1),
    lastIndex: fields.uint("lastIndex", 1, TCNS_PER_RAK),
  };
  if (fields.has("retiredAt")) key.retiredAt = fields.uint("retiredAt");
  if (fields.has("handedOutAt")) {
    key.handedOutAt = fields.uint("handedOutAt");
    if (key.retiredAt === undefined) throw new TocsinError("KEY_INVALID", "a key handed out is not retired");
  }
  return key;
}
