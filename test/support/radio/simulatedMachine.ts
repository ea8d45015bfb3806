import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeBluez } from "./fakeBluez.ts";
import { startPrivateBus } from "./privateBus.ts";
import type { Position } from "./propagation.ts";
import { kernelOf, SimulatedAdapter, type AdapterOptions } from "./simulatedAdapter.ts";
import type { SimulatedAir } from "./simulatedAir.ts";

export interface MachineOptions extends AdapterOptions {
  name?: string;
  place?: Position | ((unixMilliseconds: number) => Position);
}

/** A Linux machine of its own: a bus, bluetoothd on it, and one adapter, hci0, on the air. */
export interface SimulatedMachine {
  bluez: FakeBluez;
  adapter: SimulatedAdapter;
  /** Of the bus, as in DBUS_SYSTEM_BUS_ADDRESS. */
  address: string;
  /** What a recorder needs to run on this machine. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

export async function startMachine(
  air: SimulatedAir,
  options: MachineOptions = {},
): Promise<SimulatedMachine> {
  const { name = "machine", place = { x: 0, y: 0 }, privacy = false } = options;
  const adapter = new SimulatedAdapter("hci0", air.join(name, place), options);
  const bus = await startPrivateBus();
  const bluez = await FakeBluez.start(bus.address, [adapter]);
  const folder = mkdtempSync(join(tmpdir(), "tocsin-machine-"));
  const bluezConfig = join(folder, "main.conf");
  writeFileSync(bluezConfig, `[General]\nPrivacy = ${privacy ? "device" : "off"}\n`);
  return {
    bluez,
    adapter,
    address: bus.address,
    environment: {
      DBUS_SYSTEM_BUS_ADDRESS: bus.address,
      TOCSIN_RECORDER_BLUEZ_CONFIG: bluezConfig,
      TOCSIN_RECORDER_DATA_DIR: join(folder, "data"),
      TOCSIN_RECORDER_PORT: "0",
      TOCSIN_SIMULATED_KERNEL: kernelOf(options),
    },
    close: async () => {
      await bluez.end();
      await bus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
