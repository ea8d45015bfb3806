import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { tck0, rvkOf } from "@tocsin/protocol/tcn/rak.ts";
import { expandTcns } from "@tocsin/protocol/tcn/ratchet.ts";
import type { Journal, OnAir } from "../radio/journal.ts";
import { tocsinService } from "../radio/tocsinService.ts";
import type { Span } from "./machine.ts";

/** A number that a machine made, and the slot that its keys give it, unix ms of its own clock. */
export interface OwnNumber {
  tcn: string;
  slot: Span;
}

/** All numbers that the keys in a key file (not sealed) give, by their hex. */
export function ownNumbers(keyFile: string): Map<string, OwnNumber> {
  const { keys } = JSON.parse(keyFile) as {
    keys: { rak: string; startedAt: number; rotation: number; firstIndex: number; lastIndex: number }[];
  };
  const numbers = keys.flatMap(({ rak: hex, startedAt, rotation, firstIndex, lastIndex }) => {
    const rak = fromHex(hex, "rak", 32);
    const tcns = toHex(expandTcns(rvkOf(rak), tck0(rak).key, 1, lastIndex));
    return Array.from({ length: lastIndex - firstIndex + 1 }, (_, i) => {
      const from = (startedAt + i * rotation) * 1000;
      const at = (firstIndex + i - 1) * 32;
      return { tcn: tcns.slice(at, at + 32), slot: { from, to: from + rotation * 1000 } };
    });
  });
  return new Map(numbers.map((number) => [number.tcn, number]));
}

/** The number in an advertisement, as hex. */
export function numberIn(advertisement: OnAir): string {
  return advertisement.serviceData![tocsinService]!.slice(0, 32);
}

/** From when to when each station sent each number: by number, then by station; unix ms of the air. */
export function sentNumbers(journal: Journal): Map<string, Map<string, Span>> {
  const sent = new Map<string, Map<string, Span>>();
  for (const entry of journal.entries()) {
    const tcn =
      entry.kind === "advertisement" ? numberIn(entry) : entry.kind === "write" ? entry.value! : undefined;
    if (tcn === undefined) continue;
    let stations = sent.get(tcn);
    if (stations === undefined) sent.set(tcn, (stations = new Map<string, Span>()));
    const before = stations.get(entry.station);
    stations.set(entry.station, {
      from: Math.min(entry.first, before?.from ?? Infinity),
      to: Math.max(entry.last, before?.to ?? -Infinity),
    });
  }
  return sent;
}
