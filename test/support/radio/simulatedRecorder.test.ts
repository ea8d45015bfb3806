import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ContactStore } from "../../../recorder/contacts/contactStore.ts";
import { askRecorder } from "../../../recorder/control/client.ts";
import { dataFolderAt } from "../../../recorder/control/dataFolder.ts";
import type { ControlStatus } from "../../../recorder/control/server.ts";
import { AcceleratedClock } from "./acceleratedClock.ts";
import { startRecorderProcess, type RecorderProcess } from "./recorderProcess.ts";
import { SimulatedAir } from "./simulatedAir.ts";
import { startMachine, type SimulatedMachine } from "./simulatedMachine.ts";
import { tocsinService } from "./tocsinService.ts";

describe("two recorders in processes of their own, a minute a second", () => {
  const clock = new AcceleratedClock({ origin: Date.UTC(2026, 0, 5), factor: 60 });
  const air = new SimulatedAir({ clock, interval: 2000 });
  const machines: SimulatedMachine[] = [];
  const recorders: RecorderProcess[] = [];

  beforeAll(async () => {
    for (const [i, options] of [{ privacy: true }, { extended: false }].entries()) {
      const machine = await startMachine(air, {
        ...options,
        name: `machine ${i}`,
        place: { x: 2 * i, y: 0 },
      });
      machines.push(machine);
      recorders.push(await startRecorderProcess(machine, clock));
    }
  });

  afterAll(async () => {
    for (const recorder of recorders) await recorder.stop();
    air.close();
    for (const machine of machines) await machine.close();
  });

  const folderOf = (machine: SimulatedMachine) => dataFolderAt(machine.environment.TOCSIN_RECORDER_DATA_DIR!);

  test("hear each other, and write down what the other one sent", async () => {
    for (const machine of machines) {
      await vi.waitFor(
        async () => {
          const { recorder } = await askRecorder<ControlStatus>(folderOf(machine).socket, "GET", "/status");
          expect(recorder.contacts.count).toBeGreaterThan(0);
        },
        { timeout: 30_000, interval: 50 },
      );
    }
    for (const recorder of recorders) await recorder.stop();
    for (const [i, machine] of machines.entries()) {
      const other = air.journal
        .entries("advertisement")
        .filter(({ station }) => station !== `machine ${i}`)
        .map(({ serviceData }) => serviceData![tocsinService]!.slice(0, 32));
      const store = ContactStore.open(folderOf(machine).contacts);
      const contacts = [...store.all()];
      store.close();
      expect(contacts.length).toBeGreaterThan(0);
      for (const { tcn } of contacts) expect(other).toContain(Buffer.from(tcn).toString("hex"));
    }
    await expect.poll(() => air.transmissions()).toEqual([]);
  });
});
