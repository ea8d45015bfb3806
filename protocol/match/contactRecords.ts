import { Fields, parseJson } from "../bytes/fields.ts";
import { parseLines, type ParsedLines } from "../bytes/jsonLines.ts";
import { toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { TCN_LENGTH } from "../tcn/ratchet.ts";

/** An observed TCN with its times and distances, as the Bluetooth layer recorded it. */
export interface ContactRecord {
  /** 16 bytes. */
  tcn: Uint8Array;
  /** Unix seconds. */
  firstSeen: number;
  lastSeen: number;
  /** Metres, where the radio gave them. */
  minDistance?: number;
  averageDistance?: number;
  samples: number;
}

/** Reads a contact-record file (JSON Lines); broken lines are reported with their numbers, the rest is kept. */
export function parseContactRecords(text: string): ParsedLines<ContactRecord> {
  return parseLines(text, (line) => {
    const fields = new Fields(parseJson(line, "CONTACT_INVALID", "line"), "CONTACT_INVALID", "contact");
    const firstSeen = fields.uint("firstSeen");
    const lastSeen = fields.uint("lastSeen");
    if (lastSeen < firstSeen)
      throw new TocsinError("CONTACT_INVALID", "contact.lastSeen is before firstSeen");
    const minDistance = fields.optionalPositive("minDistance");
    const averageDistance = fields.optionalPositive("averageDistance");
    return {
      tcn: fields.hex("tcn", TCN_LENGTH),
      firstSeen,
      lastSeen,
      ...(minDistance === undefined ? {} : { minDistance }),
      ...(averageDistance === undefined ? {} : { averageDistance }),
      samples: fields.uint("samples", 1),
    };
  });
}

export function formatContactRecord(record: ContactRecord): string {
  return JSON.stringify({ ...record, tcn: toHex(record.tcn) });
}
