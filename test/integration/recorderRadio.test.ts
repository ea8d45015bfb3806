import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactStore } from "../../recorder/contacts/contactStore.ts";
import { dataFolderAt } from "../../recorder/control/dataFolder.ts";
import { flood, floodPrefix, replay } from "../support/event/attackers.ts";
import { numberIn } from "../support/event/sentNumbers.ts";
import { AcceleratedClock } from "../support/radio/acceleratedClock.ts";
import { advertiseBytes, ReadOnlyPeer, WriteOnlyPeer, wrongLengths } from "../support/radio/peers.ts";
import { startRecorderProcess, type RecorderProcess } from "../support/radio/recorderProcess.ts";
import type { AdapterOptions } from "../support/radio/simulatedAdapter.ts";
import { SimulatedAir } from "../support/radio/simulatedAir.ts";
import { startMachine, type SimulatedMachine } from "../support/radio/simulatedMachine.ts";

const MINUTE = 60_000;
/** Two minutes take a second, from when all are up. */
const clock = new AcceleratedClock({ origin: Date.UTC(2026, 0, 5), factor: 120, startedAt: Infinity });
const air = new SimulatedAir({ clock, interval: 3_000 });
const kernel = { TOCSIN_SIMULATED_KERNEL: "6.12.30" };
const machines = new Map<string, SimulatedMachine>();
const recorders = new Map<string, RecorderProcess>();
const records = new Map<string, ContactRecord[]>();
const [writer, reader] = [new Uint8Array(16).fill(0x11), new Uint8Array(16).fill(0x22)];
const malformed = 0xee;
/** Unix ms from when on numbers are repeated far away. */
let replayedFrom: number;

const machine = async (name: string, x: number, options: AdapterOptions = {}): Promise<void> => {
  const started = await startMachine(air, { ...options, name, place: { x, y: 0 } });
  machines.set(name, started);
  recorders.set(name, await startRecorderProcess(started, clock, kernel));
};
const folderOf = (name: string) => dataFolderAt(machines.get(name)!.environment.TOCSIN_RECORDER_DATA_DIR!);
const find = (name: string, tcn: string) => records.get(name)!.filter((record) => toHex(record.tcn) === tcn);
/** Numbers that a machine sent for so long that a busy one hears them, hex: its own, and those that it bridged. */
const sentBy = (name: string) => {
  const entries = air.journal.entries("advertisement").filter(({ station }) => station === name);
  return [...Map.groupBy(entries, numberIn)]
    .filter(([, same]) => {
      const from = Math.min(...same.map(({ first }) => first));
      return Math.max(...same.map(({ last }) => last)) - from > 5 * MINUTE;
    })
    .map(([tcn]) => tcn);
};
/** Megabytes of a process that are in memory. */
const residentOf = ({ pid }: RecorderProcess) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1_024;
const resident: number[] = [];

beforeAll(async () => {
  await Promise.all([
    machine("connects", 0, { privacy: true }),
    machine("broadcasts", 2, { extended: false }),
    machine("far", 500),
  ]);
  new WriteOnlyPeer(air, "writes only", { x: 0, y: 1 }, writer);
  new ReadOnlyPeer(air, "is read only", { x: 1, y: 1 }, reader);
  for (const [i, length] of wrongLengths.entries())
    advertiseBytes(air.join(`odd ${i}`, { x: 1, y: 0 }), new Uint8Array(length).fill(malformed));
  clock.begin();
  const flooding = flood(air, { x: 1, y: 3 }, { every: 2_000, lasts: 20 * MINUTE });
  const replaying = replay(
    air,
    { x: 1, y: 0 },
    { x: 501, y: 0 },
    { listensFor: 5 * MINUTE, sendsAfter: 25 * MINUTE, sendsFor: 10 * MINUTE },
  );
  replayedFrom = clock.now() + 30 * MINUTE;
  await Promise.all([flooding, replaying]);
  for (const [name, recorder] of recorders) {
    resident.push(residentOf(recorder));
    await recorder.stop();
    const store = ContactStore.open(folderOf(name).contacts);
    records.set(name, [...store.all()]);
    store.close();
  }
}, 300_000);

afterAll(async () => {
  for (const recorder of recorders.values()) await recorder.stop();
  air.close();
  for (const started of machines.values()) await started.close();
});

describe("three recorders in processes of their own, two of them near each other, among odd and hostile peers", () => {
  test.each([
    ["connects", "broadcasts"],
    ["broadcasts", "connects"],
  ])("%s has a record of every number that %s sent, about as near as it was", (here, there) => {
    const sent = sentBy(there);
    expect(sent.length).toBeGreaterThan(2);
    for (const tcn of sent.filter((number) => number !== toHex(writer))) {
      const [record, ...more] = find(here, tcn);
      expect(more, "one number, one record").toEqual([]);
      expect(record!.samples).toBeGreaterThan(3);
      expect(record!.averageDistance).toBeGreaterThan(1);
      expect(record!.averageDistance).toBeLessThan(4);
    }
  });

  test("nobody records a number of its own, nor what is too far away", () => {
    for (const name of machines.keys())
      for (const tcn of sentBy(name).filter((number) => number !== toHex(writer)))
        expect(find(name, tcn)).toEqual([]);
    for (const name of ["connects", "broadcasts"])
      for (const tcn of sentBy("far")) expect(find(name, tcn)).toEqual([]);
  });

  test("a phone that only writes is recorded, and bridged for who cannot be written to", () => {
    expect(find("connects", toHex(writer)).length).toBeGreaterThan(0);
    expect(find("broadcasts", toHex(writer)).length).toBeGreaterThan(0);
  });

  test("a phone that can only be read is recorded by who connects, and by nobody else", () => {
    const [record] = find("connects", toHex(reader));
    expect(record!.averageDistance).toBeLessThan(4);
    expect(find("broadcasts", toHex(reader))).toEqual([]);
  });

  test("service data of a wrong length is no number", () => {
    for (const name of machines.keys())
      expect(records.get(name)!.filter(({ tcn }) => tcn[0] === malformed)).toEqual([]);
  });

  test("a flood of made-up numbers is small in memory, and each is a moment", () => {
    const made = records.get("broadcasts")!.filter(({ tcn }) => toHex(tcn).startsWith(floodPrefix));
    expect(made.length).toBeGreaterThan(10);
    for (const { firstSeen, lastSeen } of made) expect(lastSeen - firstSeen).toBeLessThan(60);
    expect(Math.max(...resident)).toBeLessThan(250);
  });

  test("numbers that are repeated elsewhere later make contacts of that time only", () => {
    const replayed = sentBy("connects").flatMap((tcn) => find("far", tcn));
    expect(replayed.length).toBeGreaterThan(0);
    for (const { firstSeen, lastSeen } of replayed) {
      expect(firstSeen * 1_000).toBeGreaterThan(replayedFrom - MINUTE);
      expect(lastSeen - firstSeen).toBeLessThan(15 * 60);
    }
    // Beside those who sent them, the repetition is too far away to be heard.
    for (const tcn of sentBy("broadcasts"))
      for (const { firstSeen, lastSeen } of find("connects", tcn))
        expect(lastSeen - firstSeen).toBeLessThan(20 * 60);
  });
});
