import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { BluezRadio } from "../../../recorder/bluez/bluezRadio.ts";
import type { RecorderCode, RecorderError } from "../../../recorder/errors.ts";
import type { Clock } from "../../../recorder/ports/clock.ts";
import type { AdapterFacts, Heard, RadioEvents } from "../../../recorder/ports/radio.ts";
import { systemClock } from "../../../recorder/systemClock.ts";
import { FakeBluez } from "./fakeBluez.ts";
import { startPrivateBus, type PrivateBus } from "./privateBus.ts";
import { kernelOf, SimulatedAdapter, type AdapterOptions } from "./simulatedAdapter.ts";
import { SimulatedAir } from "./simulatedAir.ts";

/** What a radio reported. */
export class RadioLog implements RadioEvents {
  readonly sightings: Heard[] = [];
  readonly writes: { value: Uint8Array; peer: string; rssi: number | undefined }[] = [];
  readonly changes: (AdapterFacts | undefined)[] = [];
  /** The code of the reason that came with the last change. */
  reason: RecorderCode | undefined;
  withdrawals = 0;
  deafenings = 0;
  /** What peers are given that read, and whether they may write. */
  number: Uint8Array | undefined = new Uint8Array(16).fill(1);
  takesWrites = true;
  /** When those who read had connected. */
  readonly readers: number[] = [];

  heard(advertisement: Heard): void {
    this.sightings.push(advertisement);
  }

  written(value: Uint8Array, peer: string, rssi?: number): boolean {
    this.writes.push({ value, peer, rssi });
    return this.takesWrites;
  }

  read(connectedAt: number): Uint8Array | undefined {
    this.readers.push(connectedAt);
    return this.number;
  }

  changed(facts: AdapterFacts | undefined, reason?: RecorderError): void {
    this.changes.push(facts);
    this.reason = reason?.code;
  }

  withdrawn(): void {
    this.withdrawals++;
  }

  deafened(): void {
    this.deafenings++;
  }
}

/** BluezRadio over a private bus and a fake bluetoothd on a simulated air. */
export interface BluezBench {
  bus: PrivateBus;
  air: SimulatedAir;
  /** hci0, and the further ones that were asked for. */
  adapters: SimulatedAdapter[];
  adapter: SimulatedAdapter;
  bluez: FakeBluez;
  radio: BluezRadio;
  log: RadioLog;
  /** BlueZ's main.conf. */
  config: string;
  /** Service data, in hex, of what this machine sends right now, by address. */
  onAir(): { address: string; kind: string; serviceData: string; isConnectable: boolean; txPower?: number }[];
}

export interface BenchOptions extends AdapterOptions {
  clock?: Clock;
  /** Of several adapters, instead of the one that the other options describe. */
  adapters?: AdapterOptions[];
  /** The adapter that the radio is told to use. */
  name?: string;
  /** Milliseconds between two advertisements. */
  interval?: number;
}

/** Everything, up to a radio that is not open yet. Ends with the test. */
export async function bluezBench(options: BenchOptions = {}): Promise<BluezBench> {
  const { clock = systemClock, interval = 30 } = options;
  const bus = await startPrivateBus();
  const air = new SimulatedAir({ clock, interval, noise: 0, loss: 0 });
  const adapters = (options.adapters ?? [options]).map(
    (one, i) => new SimulatedAdapter(`hci${i}`, air.join(`machine${i}`, { x: 0, y: 0 }), one),
  );
  const bluez = await FakeBluez.start(bus.address, adapters);
  const folder = mkdtempSync(join(tmpdir(), "tocsin-bluez-"));
  const config = join(folder, "main.conf");
  const privacy = (options.adapters?.[0] ?? options).privacy === true ? "device" : "off";
  writeFileSync(config, `[General]\nPrivacy = ${privacy}\n`);
  const radio = new BluezRadio({
    busAddress: bus.address,
    privacyConfig: config,
    kernelRelease: kernelOf(options.adapters?.[0] ?? options),
    clock,
    ...(options.name === undefined ? {} : { adapter: options.name }),
  });
  onTestFinished(async () => {
    await radio.close();
    await bluez.end();
    air.close();
    await bus.close();
    rmSync(folder, { recursive: true });
  });
  const onAir: BluezBench["onAir"] = () =>
    air
      .transmissions()
      .filter(({ station }) => adapters.some((adapter) => adapter.station === station))
      .map((one) => ({
        address: one.address.text,
        kind: one.address.kind,
        serviceData: Buffer.concat(Object.values(one.advertised.serviceData)).toString("hex"),
        isConnectable: one.advertised.isConnectable,
        ...(one.advertised.txPower === undefined ? {} : { txPower: one.advertised.txPower }),
      }));
  return { bus, air, adapters, adapter: adapters[0]!, bluez, radio, log: new RadioLog(), config, onAir };
}

/** As `bluezBench`, with a radio that is open. */
export async function openBluezBench(options: BenchOptions = {}): Promise<BluezBench> {
  const bench = await bluezBench(options);
  await bench.radio.open(bench.log);
  return bench;
}

/** Waits until something holds; what a bus carries takes its time, and on a busy machine much of it. */
export async function until(holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(holds, { timeout: 30_000, interval: 5 });
}
