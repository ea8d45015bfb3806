import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { tocsin } from "./processes.ts";

const QUARTER = 900;
const HOUR = 3_600;

/** What one person's device holds: the numbers that it sent and those that it recorded. */
export interface Person {
  name: string;
  contactsFile: string;
  contacts: ContactRecord[];
  /** The numbers that the device sent, hex. */
  sent: string[];
  /** Gives a file with the keys of the numbers that it sent in a span of time. */
  keysOf: (span: TimeSpan) => Promise<string>;
}

/** A person whose device is stood for by sample files. */
export interface SamplePerson extends Person {
  keysFile: string;
}

/** Three people's day, and the hours that matter in it, in unix seconds. */
export interface Day<P extends Person = Person> {
  alex: P;
  vitalik: P;
  sourabh: P;
  /** People whom none of the three meets. */
  others: SamplePerson[];
  meeting: TimeSpan;
  /** What brought the numbers from one device to the other. */
  radio: string;
}

interface SentNumber {
  tcn: string;
  from: number;
  to: number;
}

/**
 * Makes the day before the report: Alex and Vitalik meet for 45 minutes, Sourabh is among strangers. It stands for the
 * radio, which this machine does not have: each phone records the numbers that the other one sent.
 * @param now unix seconds
 */
export async function makeDay(folder: string, now: number): Promise<Day<SamplePerson>> {
  const start = dayStart(now);
  const meeting = { from: start + 7 * HOUR, to: start + 7 * HOUR + 3 * QUARTER };
  const make = (name: string): Promise<Sender> => makeSender(folder, name, start);
  const [alex, vitalik, sourabh] = await Promise.all([make("alex"), make("vitalik"), make("sourabh")]);
  alex.contacts = [
    ...strangers(start, 3),
    ...seen(vitalik.numbers, meeting),
    ...strangers(start + 9 * HOUR, 2),
  ];
  vitalik.contacts = [...strangers(start + HOUR, 4), ...seen(alex.numbers, meeting)];
  sourabh.contacts = strangers(start + 7 * HOUR, 6);
  for (const person of [alex, vitalik, sourabh]) {
    writeFileSync(person.contactsFile, `${person.contacts.map(formatContactRecord).join("\n")}\n`);
  }
  const others = await makeOthers(folder, now);
  const radio = "stood for by sample files: each phone records the numbers the other one sent";
  return { alex, vitalik, sourabh, others, meeting, radio };
}

/** People who report on the same day. @param now unix seconds */
export function makeOthers(folder: string, now: number): Promise<SamplePerson[]> {
  const names = ["stranger-1", "stranger-2", "stranger-3"];
  return Promise.all(names.map((name) => makeSender(folder, name, dayStart(now))));
}

function dayStart(now: number): number {
  return Math.floor(now / QUARTER) * QUARTER - 12 * HOUR;
}

interface Sender extends SamplePerson {
  numbers: SentNumber[];
}

async function makeSender(folder: string, name: string, start: number): Promise<Sender> {
  const keysFile = join(folder, `${name}.keys.jsonl`);
  await tocsin(["keys", "new", "--hours", "12", "--start", String(start), "--out", keysFile]);
  const lines = (await tocsin(["keys", "tcns", "--keys", keysFile])).trim().split("\n");
  const numbers = lines.map((line) => JSON.parse(line) as SentNumber);
  return {
    name,
    keysFile,
    contactsFile: join(folder, `${name}.contacts.jsonl`),
    contacts: [],
    sent: numbers.map(({ tcn }) => tcn),
    keysOf: () => Promise.resolve(keysFile),
    numbers,
  };
}

/** What a phone records of another one's numbers while both are in one place. */
function seen(numbers: readonly SentNumber[], meeting: TimeSpan): ContactRecord[] {
  return numbers
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
