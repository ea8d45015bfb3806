import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { bluezBench, type BenchOptions, type BluezBench } from "../test/support/radio/bluezBench.ts";
import { BluezFailure } from "../test/support/radio/fakeInterface.ts";
import type { Advertised } from "../test/support/radio/journal.ts";
import type { SimulatedAdapter } from "../test/support/radio/simulatedAdapter.ts";
import { ContactStore } from "./contacts/contactStore.ts";
import { Keyring } from "./keys/keyring.ts";
import type { Clock } from "./ports/clock.ts";
import { Recorder } from "./recorder.ts";
import { systemClock } from "./systemClock.ts";

const MINUTE = 60_000;

interface Machine extends BluezBench {
  recorder: Recorder;
  notes: string[];
}

/** A recorder that never pauses, with BlueZ between it and its adapters. */
async function record(options: BenchOptions): Promise<Machine> {
  const { clock = systemClock } = options;
  const bench = await bluezBench(options);
  const folder = mkdtempSync(join(tmpdir(), "tocsin-bluez-"));
  const notes: string[] = [];
  const recorder = await Recorder.start({
    radio: bench.radio,
    clock,
    keyring: await Keyring.open(join(folder, "keys.json")),
    contacts: ContactStore.open(join(folder, "contacts.sqlite")),
    listenFor: 20,
    pauseFor: 0,
    note: (line) => notes.push(line),
  });
  onTestFinished(async () => {
    await recorder.stop();
    rmSync(folder, { recursive: true });
  });
  return { ...bench, recorder, notes };
}

interface OnAir {
  adapter: string;
  address: string;
  serviceData: string;
  listens: boolean;
}

const hexOf = ({ serviceData }: Advertised): string =>
  Buffer.concat(Object.values(serviceData)).toString("hex");

/** Whose numbers are on air, and who listens. */
function onAirOf({ air, adapters }: Machine): OnAir[] {
  return adapters.flatMap((adapter) =>
    air
      .transmissions()
      .filter(({ station }) => station === adapter.station)
      .map(({ address, advertised }) => ({
        adapter: adapter.name,
        address: address.text,
        serviceData: hexOf(advertised),
        listens: adapter.isScanning,
      })),
  );
}

describe("another adapter takes over at once:", () => {
  it.each<[string, (adapter: SimulatedAdapter) => void]>([
    ["is pulled out", (adapter) => adapter.setPresent(false)],
    ["is switched off", (adapter) => adapter.setPowered(false)],
  ])(
    "where the first %s, the number goes on from an address of the second, which listens",
    async (_, end) => {
      const machine = await record({ adapters: [{}, {}] });
      const [before] = onAirOf(machine);
      expect(before).toMatchObject({ adapter: "hci0", listens: true });
      end(machine.adapters[0]!);
      await expect
        .poll(() => onAirOf(machine))
        .toEqual([{ ...before, adapter: "hci1", address: expect.not.stringContaining(before!.address) }]);
      await expect
        .poll(() => machine.recorder.status())
        .toMatchObject({ state: "recording", adapter: "hci1" });
    },
  );

  it("it takes connections too", async () => {
    const machine = await record({ adapters: [{ privacy: true }, { privacy: true }] });
    const { adapters, recorder } = machine;
    adapters[0]!.setPresent(false);
    await expect.poll(() => onAirOf(machine)).toMatchObject([{ adapter: "hci1", listens: true }]);
    await expect.poll(() => recorder.status()).toMatchObject({ state: "recording", connections: true });
    expect(adapters[1]!.station.gatt).toBeDefined();
  });

  it("while a number changes, it sends none before it is known where from", async () => {
    const machine = await record({ adapters: [{}, {}] });
    const { air, adapters, recorder } = machine;
    const [first, second] = adapters as [SimulatedAdapter, SimulatedAdapter];
    second.setDiscoverable(true);
    vi.spyOn(first, "stopScanning").mockImplementationOnce(() => first.setPresent(false));
    await recorder.eraseKeys();
    await expect.poll(() => recorder.status().problem?.code).toBe("ADAPTER_ADDRESS_EXPOSED");
    const entries = air.journal.entries("advertisement");
    expect(entries.filter(({ station }) => station === second.station.name)).toEqual([]);
  });
});

it("a peer that stays gets and gives nothing more where the machine has a name of its own again", async () => {
  const machine = await record({ privacy: true });
  const { adapter, air, recorder } = machine;
  const phone = air.join("phone", { x: 1, y: 0 });
  const link = await phone.connect(onAirOf(machine)[0]!.address, air.address("resolvable"));
  expect(Buffer.from(await link.read()).toString("hex")).toBe(onAirOf(machine)[0]?.serviceData.slice(0, 32));
  adapter.setAlias("anna's laptop");
  await expect.poll(() => recorder.status().connections).toBe(false);
  await expect(link.read()).rejects.toThrow("not permitted");
  await expect(link.write(new Uint8Array(16).fill(7))).rejects.toThrow("not permitted");
});

describe("a scan that BlueZ refuses to begin again as a number changes", () => {
  /** From now on nothing can begin to listen; returns what ends that. */
  function refuseScans(adapter: SimulatedAdapter): () => void {
    const scan = vi.spyOn(adapter, "scan").mockImplementation(() => {
      throw new BluezFailure("Failed", "Input/output error");
    });
    return () => scan.mockRestore();
  }

  it.each([true, false])("is a problem, and begins when it can (extended: %s)", async (extended) => {
    const machine = await record({ extended });
    const { adapter, recorder } = machine;
    const allow = refuseScans(adapter);
    await recorder.eraseKeys();
    await expect.poll(() => recorder.status().state).toBe("waiting");
    allow();
    await expect.poll(() => onAirOf(machine)).toMatchObject([{ listens: true }]);
    await expect.poll(() => recorder.status().state).toBe("recording");
  });

  it("takes no number off the air where its address does not hang on it", async () => {
    const machine = await record({ extended: false });
    const { adapter, recorder } = machine;
    const sent = vi.spyOn(adapter, "advertise");
    const allow = refuseScans(adapter);
    await recorder.eraseKeys();
    await expect.poll(() => recorder.status().problem?.code).toBe("ADAPTER_BUSY");
    const before = onAirOf(machine);
    expect(before).toMatchObject([{ listens: false }]);
    allow();
    await expect.poll(() => adapter.isScanning).toBe(true);
    expect(onAirOf(machine)).toEqual([{ ...before[0], listens: true }]);
    expect(sent).toHaveBeenCalledOnce();
  });
});

it("a number that was on its way to BlueZ when the machine fell asleep for its slot is never on air", async () => {
  let slept = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + slept };
  const machine = await record({ clock });
  const { adapter, recorder, notes } = machine;
  const sent = vi.spyOn(adapter, "advertise");
  const stop = adapter.stopScanning.bind(adapter);
  vi.spyOn(adapter, "stopScanning").mockImplementationOnce(() => {
    slept = 20 * MINUTE;
    stop();
  });
  await recorder.eraseKeys();
  await expect.poll(() => recorder.status().changesAt ?? 0).toBeGreaterThan(clock.now() / 1_000);
  const [now] = onAirOf(machine);
  expect(sent.mock.calls.map(([advertised]) => hexOf(advertised))).toEqual([now?.serviceData]);
  expect(notes).toEqual(["recording"]);
});
