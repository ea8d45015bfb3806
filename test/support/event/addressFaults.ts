import type { Journal, OnAir } from "../radio/journal.ts";
import { tocsinService } from "../radio/tocsinService.ts";
import type { Span } from "./machine.ts";
import { numberIn, type OwnNumber } from "./sentNumbers.ts";

/** Milliseconds for which a number may be on air. */
const longest = 900_000;

/** A station whose traffic is judged, and the numbers that it made itself. */
export interface Judged {
  name: string;
  own: ReadonlyMap<string, OwnNumber>;
}

/**
 * What an observer of everything on air could tell too much by: traffic that is not Tocsin's or says more than it must,
 * an address that lasts, one of two numbers, a number that is too long on air.
 * @param late milliseconds by which this process may end a number late, where its clock does not wait for it
 */
export function addressFaults(journal: Journal, stations: readonly Judged[], late = 0): string[] {
  return stations.flatMap((station) => {
    const entries = journal.entries().filter((entry) => entry.station === station.name);
    return [
      ...entries.flatMap(foreignContent),
      ...lastingAddresses(entries, station.own),
      ...longNumbers(entries, longest + late),
    ].map((fault) => `${station.name}: ${fault}`);
  });
}

function foreignContent(entry: OnAir): string[] {
  const faults: string[] = [];
  const fault = (text: string): void => void faults.push(`${entry.kind} from ${entry.address} ${text}`);
  if (entry.addressKind === "public" || entry.addressKind === "static")
    fault(`comes from an address that is ${entry.addressKind}`);
  if (entry.kind === "write" && entry.value?.length !== 32) fault("writes something else than a number");
  if (entry.kind !== "advertisement") return faults;
  if (entry.serviceUuids?.join() !== tocsinService) fault("names other services");
  if (Object.keys(entry.serviceData ?? {}).join() !== tocsinService) fault("has other service data");
  if (Object.keys(entry.others ?? {}).length > 0) fault("says more");
  const length = entry.serviceData?.[tocsinService]?.length;
  if (length !== (entry.isConnectable === true ? 40 : 32)) fault(`has ${length} digits of service data`);
  return faults;
}

/** Addresses under which one could follow a station from one of its numbers to the next. */
function lastingAddresses(entries: readonly OnAir[], own: Judged["own"]): string[] {
  const onAir = new Map<string, Span>();
  const numbers = new Map<string, Set<string>>();
  const spans = new Map<string, Span>();
  const hosts = new Set<string>();
  for (const entry of entries) {
    widen(spans, entry.address, entry);
    if (entry.kind === "scan request" && entry.addressKind === "resolvable") hosts.add(entry.address);
    const tcn =
      entry.kind === "advertisement" ? numberIn(entry) : entry.kind === "write" ? entry.value : undefined;
    if (tcn === undefined) continue;
    const under = numbers.get(entry.address) ?? new Set();
    numbers.set(entry.address, under.add(tcn));
    if (entry.kind === "advertisement" && own.has(tcn)) widen(onAir, tcn, entry);
  }
  const slots = [...onAir.values()];
  const shared = [...numbers].filter(([, { size }]) => size > 1);
  const lasting = [...spans].filter(([address, { from, to }]) => {
    const during = slots.filter((slot) => slot.from <= to && slot.to >= from).length;
    // With privacy on the kernel keeps the host's own address for 900 s, which begin some time within a number.
    return during > (hosts.has(address) ? 2 : 1);
  });
  return [
    ...shared.map(([address, { size }]) => `${address} was that of ${size} numbers`),
    ...lasting.map(([address]) => `${address} was in use during several numbers`),
  ];
}

function longNumbers(entries: readonly OnAir[], most: number): string[] {
  const spans = new Map<string, Span>();
  for (const entry of entries) if (entry.kind === "advertisement") widen(spans, numberIn(entry), entry);
  return [...spans]
    .filter(([, { from, to }]) => to - from > most)
    .map(([tcn, { from, to }]) => `${tcn} was on air for ${(to - from) / 1000} s`);
}

/**
 * Own numbers at other times than their keys say: a report would then tell wrong times.
 * @param shown what the station's clock showed at a moment of the air
 */
export function slotFaults(
  journal: Journal,
  { name, own }: Judged,
  shown: (airTime: number) => number,
): string[] {
  return journal.entries("advertisement").flatMap((entry) => {
    const number = entry.station === name ? own.get(numberIn(entry)) : undefined;
    if (number === undefined) return [];
    const isInSlot = shown(entry.first) >= number.slot.from && shown(entry.last) <= number.slot.to;
    return isInSlot ? [] : [`${name}: ${number.tcn} was on air outside its slot`];
  });
}

function widen(
  spans: Map<string, Span>,
  key: string,
  { first, last }: { first: number; last: number },
): void {
  const before = spans.get(key);
  spans.set(key, {
    from: Math.min(first, before?.from ?? Infinity),
    to: Math.max(last, before?.to ?? -Infinity),
  });
}
