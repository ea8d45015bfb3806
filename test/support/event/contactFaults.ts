import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { Station } from "../radio/station.ts";
import { floodPrefix } from "./attackers.ts";
import type { Machine, Span } from "./machine.ts";
import { without, type Meeting } from "./meetings.ts";
import type { OwnNumber } from "./sentNumbers.ts";

/** What a day left behind, and what really happened. */
export interface Day {
  machines: readonly Machine[];
  /** Of each machine, in that order. */
  contacts: readonly ContactRecord[][];
  /** The numbers that each machine made. */
  own: readonly Map<string, OwnNumber>[];
  /** Who sent which number when. */
  sent: ReadonlyMap<string, ReadonlyMap<string, Span>>;
  /** All who sent anything, by name. */
  stations: ReadonlyMap<string, Station>;
  flood: Span & { by: Station };
  /** Metres beyond which nothing is heard. */
  range: number;
}

/** Milliseconds by which a record may miss either end of a meeting. */
const slack = 60_000;
/** Milliseconds of being on air together below which nothing is asked for. */
const shortest = 150_000;

/** Both sides of a meeting: who must have recorded whom, and did not. */
export function missedMeetings(day: Day, meetings: readonly Meeting[]): { asked: number; missed: string[] } {
  const records = day.contacts.map((contacts) => byNumber(contacts));
  let asked = 0;
  const missed: string[] = [];
  for (const meeting of meetings) {
    for (const [owner, sender] of [
      [meeting.one, meeting.other],
      [meeting.other, meeting.one],
    ] as const) {
      const machine = day.machines[owner]!;
      const deaf = [...machine.outages, ...day.machines[sender]!.outages];
      for (const tcn of day.own[sender]!.keys()) {
        const onAir = day.sent.get(tcn)?.get(day.machines[sender]!.name);
        if (onAir === undefined) continue;
        const both = { from: Math.max(onAir.from, meeting.from), to: Math.min(onAir.to, meeting.to) };
        for (const { from, to } of without(both, deaf)) {
          if (to - from < shortest) continue;
          asked++;
          const late = isFlooded(day, machine, from) ? 2 * slack : slack;
          const isCovered = (records[owner]!.get(tcn) ?? []).some(
            ({ firstSeen, lastSeen }) =>
              firstSeen * 1000 <= machine.shown(from + late) && lastSeen * 1000 >= machine.shown(to - slack),
          );
          if (!isCovered)
            missed.push(`${machine.name} missed ${tcn} of ${day.machines[sender]!.name} at ${time(from)}`);
        }
      }
    }
  }
  return { asked, missed };
}

/** Where a flood fills the room, chance may take a record of one sample, and a later sighting begins it anew. */
function isFlooded({ flood, range }: Day, { adapter }: Machine, moment: number): boolean {
  const isDuring = moment >= flood.from - slack && moment <= flood.to;
  return isDuring && between(adapter.station, flood.by, moment) <= range;
}

/** Records of numbers that nobody in range sent then, of own numbers, and of more time than a number lives. */
export function falseContacts(day: Day): string[] {
  return day.contacts.flatMap((contacts, index) => {
    const machine = day.machines[index]!;
    return contacts.flatMap(({ tcn, firstSeen, lastSeen }) => {
      const hex = toHex(tcn);
      const what = `${machine.name} recorded ${hex} from ${firstSeen} to ${lastSeen}`;
      if (day.own[index]!.has(hex)) return [`${what}: its own number`];
      if (lastSeen - firstSeen > 1800) return [`${what}: longer than a record may be`];
      const isTrue = [firstSeen, lastSeen].every((seen) =>
        machine.moments(seen * 1000).some((moment) => wasInRange(day, machine, hex, moment)),
      );
      return isTrue ? [] : [`${what}: nobody in range sent it`];
    });
  });
}

/** Estimated by true mean distance, of all records that rest on many samples and have one sender. */
export function distanceRatios(day: Day): number[] {
  return day.contacts.flatMap((contacts, index) => {
    const machine = day.machines[index]!;
    return contacts.flatMap(({ tcn, firstSeen, lastSeen, samples, averageDistance }) => {
      const senders = [...(day.sent.get(toHex(tcn))?.keys() ?? [])];
      const [from] = machine.moments(firstSeen * 1000);
      if (samples < 20 || senders.length !== 1 || averageDistance === undefined || from === undefined)
        return [];
      const sender = day.stations.get(senders[0]!)!;
      let sum = 0;
      let looks = 0;
      for (let moment = from; moment <= from + (lastSeen - firstSeen) * 1000; moment += 5000, looks++)
        sum += between(machine.adapter.station, sender, moment);
      return [averageDistance / Math.max(0.1, sum / looks)];
    });
  });
}

/** Whether somebody in range sent the number at that moment, give or take the second that a record rounds to. */
function wasInRange(day: Day, machine: Machine, tcn: string, moment: number): boolean {
  const isNear = (station: Station): boolean =>
    [moment, moment + 1000].some((at) => between(machine.adapter.station, station, at) <= day.range + 5);
  if (tcn.startsWith(floodPrefix))
    return moment >= day.flood.from - 1000 && moment <= day.flood.to + 1000 && isNear(day.flood.by);
  return [...(day.sent.get(tcn) ?? [])].some(
    ([name, { from, to }]) =>
      name !== machine.name &&
      moment >= from - 1000 &&
      moment <= to + 1000 &&
      isNear(day.stations.get(name)!),
  );
}

function between(one: Station, other: Station, moment: number): number {
  const [a, b] = [one.position(moment), other.position(moment)];
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function byNumber(contacts: readonly ContactRecord[]): Map<string, ContactRecord[]> {
  return Map.groupBy(contacts, ({ tcn }) => toHex(tcn));
}

function time(unixMilliseconds: number): string {
  return new Date(unixMilliseconds).toISOString().slice(11, 19);
}
