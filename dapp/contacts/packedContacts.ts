import { TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";

/**
 * Many contact records in two arrays. A device may hold hundreds of thousands: as objects they take a browser half a
 * minute to store or to hand to a worker, like this no time.
 */
export interface PackedContacts {
  /** 16 bytes a record. */
  tcns: Uint8Array;
  /** firstSeen, lastSeen, minDistance, averageDistance and samples of each record; NaN where there is no distance. */
  numbers: Float64Array;
}

const NUMBERS = 5;

export function packContacts(records: readonly ContactRecord[]): PackedContacts {
  const tcns = new Uint8Array(records.length * TCN_LENGTH);
  const numbers = new Float64Array(records.length * NUMBERS);
  records.forEach((record, i) => {
    const { firstSeen, lastSeen, minDistance = Number.NaN, averageDistance = Number.NaN, samples } = record;
    tcns.set(record.tcn, i * TCN_LENGTH);
    numbers.set([firstSeen, lastSeen, minDistance, averageDistance, samples], i * NUMBERS);
  });
  return { tcns, numbers };
}

export function unpackContacts({ tcns, numbers }: PackedContacts): ContactRecord[] {
  return Array.from({ length: numbers.length / NUMBERS }, (_, i) => {
    const [firstSeen, lastSeen, minDistance, averageDistance, samples] = numbers.subarray(
      i * NUMBERS,
      (i + 1) * NUMBERS,
    ) as unknown as [number, number, number, number, number];
    return {
      // A copy: a view would drag all the others along wherever the record is sent.
      tcn: tcns.slice(i * TCN_LENGTH, (i + 1) * TCN_LENGTH),
      firstSeen,
      lastSeen,
      ...(Number.isNaN(minDistance) ? {} : { minDistance }),
      ...(Number.isNaN(averageDistance) ? {} : { averageDistance }),
      samples,
    };
  });
}

/** How many records there are, and when the first and the last of them were seen, unix seconds. */
export interface ContactSummary {
  count: number;
  from?: number;
  to?: number;
}

/** @param before what these days are added to */
export function summarize(
  days: readonly PackedContacts[],
  before: ContactSummary = { count: 0 },
): ContactSummary {
  let { count, from = Number.POSITIVE_INFINITY, to = 0 } = before;
  for (const { numbers } of days) {
    count += numbers.length / NUMBERS;
    for (let i = 0; i < numbers.length; i += NUMBERS) {
      from = Math.min(from, numbers[i] as number);
      to = Math.max(to, numbers[i + 1] as number);
    }
  }
  return count === 0 ? { count } : { count, from, to };
}
