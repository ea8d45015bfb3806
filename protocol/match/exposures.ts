import type { ContactRecord } from "./contactRecords.ts";

/** Contacts of one reporter less than this many seconds apart belong to one exposure. */
export const EXPOSURE_GAP = 3_600;

/** Contact records of one reporter that belong together. */
export interface Exposure {
  /** Unix seconds. */
  firstSeen: number;
  lastSeen: number;
  /** Metres, where any record had them; the average is weighted by samples. */
  minDistance?: number;
  averageDistance?: number;
  samples: number;
  contacts: ContactRecord[];
}

/** Groups one reporter's contact records into exposures, oldest first. (wire facts, "grouping in the CoEpi clients") */
export function groupExposures(contacts: readonly ContactRecord[]): Exposure[] {
  const groups: ContactRecord[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const contact of [...contacts].sort((a, b) => a.firstSeen - b.firstSeen || a.lastSeen - b.lastSeen)) {
    if (contact.firstSeen - end < EXPOSURE_GAP) groups.at(-1)?.push(contact);
    else groups.push([contact]);
    end = Math.max(end, contact.lastSeen);
  }
  return groups.map(toExposure);
}

function toExposure(contacts: ContactRecord[]): Exposure {
  const distances = contacts.flatMap((contact) => contact.minDistance ?? contact.averageDistance ?? []);
  const measured = contacts.filter((contact) => contact.averageDistance !== undefined);
  const weight = sum(measured.map((contact) => contact.samples));
  const weighted = sum(measured.map((contact) => (contact.averageDistance as number) * contact.samples));
  return {
    firstSeen: contacts.reduce((min, contact) => Math.min(min, contact.firstSeen), Number.POSITIVE_INFINITY),
    lastSeen: contacts.reduce((max, contact) => Math.max(max, contact.lastSeen), 0),
    ...(distances.length > 0 ? { minDistance: distances.reduce((min, d) => Math.min(min, d)) } : {}),
    ...(weight > 0 ? { averageDistance: weighted / weight } : {}),
    samples: sum(contacts.map((contact) => contact.samples)),
    contacts,
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
