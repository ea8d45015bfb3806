import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { tocsin } from "./processes.ts";

const QUARTER = 900;
const HOUR = 3_600;

/** What one person's phone holds: the keys it broadcast from and the numbers it saw. */
export interface Person {
  name: string;
  keysFile: string;
  contactsFile: string;
  contacts: ContactRecord[];
  /** The numbers that the phone sent, in order. */
  sent: SentNumber[];
}

export interface SentNumber {
  tcn: string;
  from: number;
  to: number;
}

/** Three people's day, and the hours that matter in it, in unix seconds. */
export interface Day {
  alex: Person;
  vitalik: Person;
  sourabh: Person;
  /** People whom none of the three meets. */
  others: Person[];
  meeting: { from: number; to: number };
}

/**
 * Makes the day before the report: Alex and Vitalik meet for 45 minutes, Sourabh is among strangers. It stands for the
 * radio, which this machine does not have: each phone records the numbers that the other one sent.
 * @param now unix seconds
 */
export async function makeDay(folder: string, now: number): Promise<Day> {
  const start = Math.floor(now / QUARTER) * QUARTER - 12 * HOUR;
  const meeting = { from: start + 7 * HOUR, to: start + 7 * HOUR + 3 * QUARTER };
  const make = (name: string): Promise<Person> => makePerson(folder, name, start);
  const [alex, vitalik, sourabh, ...others] = (await Promise.all(
    ["alex", "vitalik", "sourabh", "stranger-1", "stranger-2", "stranger-3"].map(make),
  )) as [Person, Person, Person, ...Person[]];
  alex.contacts = [...strangers(start, 3), ...seen(vitalik, meeting), ...strangers(start + 9 * HOUR, 2)];
  vitalik.contacts = [...strangers(start + HOUR, 4), ...seen(alex, meeting)];
  sourabh.contacts = strangers(start + 7 * HOUR, 6);
  for (const person of [alex, vitalik, sourabh]) {
    writeFileSync(person.contactsFile, `${person.contacts.map(formatContactRecord).join("\n")}\n`);
  }
  return { alex, vitalik, sourabh, others, meeting };
}

async function makePerson(folder: string, name: string, start: number): Promise<Person> {
  const keysFile = join(folder, `${name}.keys.jsonl`);
  await tocsin(["keys", "new", "--hours", "12", "--start", String(start), "--out", keysFile]);
  const lines = (await tocsin(["keys", "tcns", "--keys", keysFile])).trim().split("\n");
  const sent = lines.map((line) => JSON.parse(line) as SentNumber);
  return { name, keysFile, contactsFile: join(folder, `${name}.contacts.jsonl`), contacts: [], sent };
}

/** What a phone records of another one's numbers while both are in one place. */
function seen(other: Person, meeting: { from: number; to: number }): ContactRecord[] {
  return other.sent
    .filter(({ from, to }) => from < meeting.to && to > meeting.from)
    .map(({ tcn, from, to }, i) => ({
      tcn: fromHex(tcn, "tcn", 16),
      firstSeen: Math.max(from, meeting.from) + 20,
      lastSeen: Math.min(to, meeting.to) - 20,
      minDistance: 0.9 + i / 10,
      averageDistance: 1.4 + i / 10,
      samples: 40,
    }));
}

function strangers(from: number, count: number): ContactRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    tcn: new Uint8Array(randomBytes(16)),
    firstSeen: from + i * QUARTER,
    lastSeen: from + i * QUARTER + 240,
    minDistance: 2.5,
    averageDistance: 4,
    samples: 8,
  }));
}
