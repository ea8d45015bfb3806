import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askRecorder } from "../../recorder/control/client.ts";
import { dataFolderAt } from "../../recorder/control/dataFolder.ts";
import type { ControlStatus } from "../../recorder/control/server.ts";
import { addressFaults } from "../support/event/addressFaults.ts";
import { numberIn, ownNumbers } from "../support/event/sentNumbers.ts";
import { AcceleratedClock } from "../support/radio/acceleratedClock.ts";
import { WriteOnlyPeer } from "../support/radio/peers.ts";
import { startRecorderProcess, type RecorderProcess } from "../support/radio/recorderProcess.ts";
import type { AdapterOptions } from "../support/radio/simulatedAdapter.ts";
import { SimulatedAir } from "../support/radio/simulatedAir.ts";
import { startMachine, type SimulatedMachine } from "../support/radio/simulatedMachine.ts";
import { fetchAsPage } from "./support/recorderBench.ts";

/** One machine of each kind. Before Linux 6.14 the kernel chooses the address of each advertisement itself. */
const kinds: Record<string, AdapterOptions & { kernel: string }> = {
  "privacy off": { kernel: "6.18.0" },
  "privacy off, legacy": { extended: false, kernel: "6.18.0" },
  "privacy on": { privacy: true, kernel: "6.12.30" },
  "privacy on, legacy": { privacy: true, extended: false, kernel: "6.12.30" },
  "privacy on, new kernel": { privacy: true, kernel: "6.14.0" },
};

/** Those whose numbers may go on air. */
const senders = ["privacy off", "privacy off, legacy", "privacy on"];
/** Seconds of a number. */
const slot = 900;
/** A quarter of an hour takes three seconds, from when all are up until the simulated time has become the real one. */
const clock = new AcceleratedClock({
  origin: Date.now() - 12 * slot * 1000,
  factor: 300,
  startedAt: Infinity,
});
const air = new SimulatedAir({ clock, interval: 2000 });
const machines = new Map<string, SimulatedMachine>();
const recorders = new Map<string, RecorderProcess>();
const phone = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);

beforeAll(async () => {
  await Promise.all(
    Object.entries(kinds).map(async ([name, { kernel, ...options }], i) => {
      const machine = await startMachine(air, { ...options, name, place: { x: 2 * i, y: 0 } });
      machines.set(name, machine);
      const environment = { TOCSIN_SIMULATED_KERNEL: kernel };
      recorders.set(name, await startRecorderProcess(machine, clock, environment));
    }),
  );
  new WriteOnlyPeer(air, "phone", { x: 0, y: 2 }, phone);
  clock.begin();
});

afterAll(async () => {
  for (const recorder of recorders.values()) await recorder.stop();
  air.close();
  for (const machine of machines.values()) await machine.close();
});

const folderOf = (name: string) => dataFolderAt(machines.get(name)!.environment.TOCSIN_RECORDER_DATA_DIR!);
const keysOf = (name: string) => readFileSync(folderOf(name).keys, "utf8");
const statusOf = async (name: string) =>
  (await askRecorder<ControlStatus>(folderOf(name).socket, "GET", "/status")).recorder;
const sentBy = (name: string) =>
  new Set(
    air.journal
      .entries("advertisement")
      .filter(({ station }) => station === name)
      .map(numberIn),
  );
/** Every rak that a recorder has, in hex. */
const raksOf = (name: string) =>
  (JSON.parse(keysOf(name)) as { keys: { rak: string }[] }).keys.map(({ rak }) => rak);

describe("recorders over D-Bus, one of each kind of adapter", () => {
  test("nothing on air ties two numbers together, lasts too long or is not Tocsin's", async () => {
    for (const name of senders) {
      await expect.poll(() => sentBy(name).size, { timeout: 50_000 }).toBeGreaterThan(4);
    }
    expect(sentBy("privacy on").has(Buffer.from(phone).toString("hex")), "it was bridged").toBe(true);
    const judged = senders.map((name) => ({ name, own: ownNumbers(keysOf(name)) }));
    expect(addressFaults(air.journal, judged, 30_000)).toEqual([]);
  });

  test.each(Object.keys(kinds).filter((name) => !senders.includes(name)))(
    "%s: numbers would share an address, so none is sent, though others are heard",
    async (name) => {
      const look = async (): Promise<unknown> => {
        const { state, problem, contacts } = await statusOf(name);
        return { state, code: problem?.code, hears: contacts.count > 0 };
      };
      // While time is fast, a round for which a busy machine takes half a second counts as one that hangs.
      await expect.poll(look).toEqual({ state: "waiting", code: "ADAPTER_ADDRESS_SHARED", hears: true });
      expect([...sentBy(name)]).toEqual([]);
    },
  );

  test("no rak leaves but with consent, and then only that; none is in any other file", async () => {
    const name = "privacy off";
    // Codes and requests last for minutes, which pass in a second until simulated time has become the real one.
    await expect.poll(() => Date.now() - clock.now(), { timeout: 50_000 }).toBeLessThan(5);
    const { bridgeUrl } = recorders.get(name)!;
    const { socket } = folderOf(name);
    const { code } = await askRecorder<{ code: string }>(socket, "POST", "/pairing-codes");
    const paired = await fetchAsPage(undefined, `${bridgeUrl}/v1/pairings`, "POST", { code });
    const token = paired.json.token as string;
    const now = Math.floor(clock.now() / 1000);
    const windows = [{ from: now - 1, to: now }];
    const asked = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests`, "POST", { windows });
    const id = asked.json.id as string;
    const before = await Promise.all(
      ["status", "contacts", "broadcasts", `key-requests/${id}`].map(
        async (route) => (await fetchAsPage(token, `${bridgeUrl}/v1/${route}`)).json,
      ),
    );
    const raks = raksOf(name);
    for (const rak of raks) expect(JSON.stringify([paired, asked, before])).not.toContain(rak);
    const onAir = [...sentBy(name)].at(-1)!;

    await askRecorder(socket, "POST", `/key-requests/${id}/approval`);
    const granted = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests/${id}`);
    expect((granted.json.keys as { rak: string }[]).map(({ rak }) => rak)).toEqual([raks.at(-1)]);
    const after = air.transmissions().filter(({ station }) => station.name === name);
    expect(after.length).toBe(1);
    expect(ownNumbers(keysOf(name)).has(onAir)).toBe(true);
    expect(Buffer.concat(Object.values(after[0]!.advertised.serviceData)).toString("hex")).not.toContain(
      onAir,
    );
  });

  test("no rak is in a file but keys.json, and no log names a rak, a number or an address", async () => {
    for (const [name, recorder] of recorders) {
      // Who never sent anything has made no key.
      const raks = senders.includes(name) ? raksOf(name) : [];
      await recorder.stop();
      const { path, keys } = folderOf(name);
      const others = readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && join(entry.parentPath, entry.name) !== keys)
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
      const log = recorder.output();
      for (const rak of raks) {
        const bytes = Buffer.from(rak, "hex");
        for (const content of others)
          for (const form of [bytes, rak, bytes.toString("base64"), bytes.toString("base64url")])
            expect(content.includes(form)).toBe(false);
        expect(log).not.toContain(rak);
      }
      for (const tcn of sentBy(name)) expect(log).not.toContain(tcn);
      expect(log).not.toMatch(/([0-9a-f]{2}[:_]){5}[0-9a-f]{2}/i);
      expect(log).not.toMatch(/[0-9a-f]{32}/i);
    }
    expect(air.transmissions().filter(({ station }) => machines.has(station.name))).toEqual([]);
  });
});

describe("a machine that becomes discoverable", () => {
  test("falls silent, says why, and never sends the number of that moment again", async () => {
    const own = new AcceleratedClock({ origin: Date.now(), factor: 1.01 });
    const here = new SimulatedAir({ clock: own, interval: 50 });
    const machine = await startMachine(here, { name: "open" });
    const recorder = await startRecorderProcess(machine, own);
    try {
      const sending = () => here.transmissions().filter(({ station }) => station.name === "open");
      const numberOf = () =>
        Buffer.concat(Object.values(sending()[0]!.advertised.serviceData)).toString("hex");
      await expect.poll(() => sending().length).toBe(1);
      const number = numberOf();
      machine.adapter.setDiscoverable(true);
      await expect.poll(() => sending()).toEqual([]);
      const { socket } = dataFolderAt(machine.environment.TOCSIN_RECORDER_DATA_DIR!);
      const { recorder: status } = await askRecorder<ControlStatus>(socket, "GET", "/status");
      expect(status.problem?.code).toBe("ADAPTER_ADDRESS_EXPOSED");
      machine.adapter.setDiscoverable(false);
      await expect.poll(() => sending().length).toBe(1);
      expect(sending()[0]!.address.kind).toBe("nonresolvable");
      expect(numberOf()).not.toBe(number);
    } finally {
      await recorder.stop();
      here.close();
      await machine.close();
    }
  });
});
