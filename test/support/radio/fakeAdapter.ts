import { FakeAdvertisingManager } from "./fakeAdvertisingManager.ts";
import { FakeDevices } from "./fakeDevices.ts";
import { FakeDiscovery } from "./fakeDiscovery.ts";
import { FakeGattManager } from "./fakeGattManager.ts";
import { FakeInterface, type DaemonParts, type Typed } from "./fakeInterface.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";

/** One adapter as bluetoothd shows it, as long as it is plugged in. */
export class FakeAdapter {
  readonly path: string;
  readonly #daemon: DaemonParts;
  readonly #adapter: SimulatedAdapter;
  readonly #devices: FakeDevices;
  readonly #discovery: FakeDiscovery;
  readonly #advertising: FakeAdvertisingManager;
  readonly #gatt: FakeGattManager;
  readonly #shown: FakeInterface;
  #state: Record<string, boolean>;

  constructor(daemon: DaemonParts, adapter: SimulatedAdapter) {
    this.path = `/org/bluez/${adapter.name}`;
    this.#daemon = daemon;
    this.#adapter = adapter;
    this.#devices = new FakeDevices(daemon, adapter, this.path);
    this.#discovery = new FakeDiscovery(daemon, adapter, this.#devices);
    this.#discovery.onChange = () => this.refresh();
    this.#state = this.#flags();
    this.#shown = new FakeInterface(daemon.bus, {
      path: this.path,
      name: "org.bluez.Adapter1",
      methods: {
        StartDiscovery: ["", "", (client) => this.#discovery.start(client)],
        StopDiscovery: ["", "", (client) => this.#discovery.stop(client)],
        SetDiscoveryFilter: ["a{sv}", "", (client, options) => this.#discovery.setFilter(client, options)],
        GetDiscoveryFilters: ["", "as", () => ["UUIDs", "RSSI", "Pathloss", "Transport", "DuplicateData"]],
        RemoveDevice: ["o", "", (_client, path) => this.#devices.removeAt(String(path))],
      },
      values: {
        Address: ["s", adapter.identity.text],
        AddressType: ["s", "public"],
        Name: ["s", adapter.station.name],
        Alias: ["s", adapter.alias],
        Class: ["u", 0x7c0104],
        Roles: ["as", ["central", "peripheral"]],
        UUIDs: ["as", []],
        Connectable: adapter.tellsConnectable ? ["b", adapter.isConnectable] : undefined,
        ExperimentalFeatures: adapter.experimentalFeatures && ["as", adapter.experimentalFeatures],
        ...typed(this.#state),
      },
      setters: {
        Alias: (value) => adapter.setAlias(String(value)),
        Powered: (value) => adapter.setPowered(value === true),
        Discoverable: (value) => adapter.setDiscoverable(value === true),
        Connectable: (value) => adapter.setConnectable(value === true),
      },
    });
    this.#gatt = new FakeGattManager(daemon, adapter, this.#devices, this.path);
    this.#advertising = new FakeAdvertisingManager(daemon, adapter, this.path);
  }

  /** Tells what became different in the adapter. */
  refresh(): void {
    if (!this.#adapter.isPowered) this.#discovery.endAll();
    const flags = this.#flags();
    const changed = Object.entries(flags).filter(([name, value]) => this.#state[name] !== value);
    this.#state = flags;
    // bluetoothd tells nobody when this one changes.
    if (this.#adapter.tellsConnectable)
      this.#shown.change({ Connectable: ["b", this.#adapter.isConnectable] });
    this.#shown.update(typed(Object.fromEntries(changed)));
    if (this.#shown.value("Alias") !== this.#adapter.alias)
      this.#shown.update({ Alias: ["s", this.#adapter.alias] });
  }

  /** The adapter was pulled out, or the daemon ends in good order. */
  remove(): void {
    this.#discovery.onChange = () => undefined;
    this.#discovery.endAll();
    this.#advertising.releaseAll();
    this.#gatt.end();
    this.#devices.clear();
    this.#daemon.bus.unexportInterface(this.path);
  }

  /** The daemon dies: nobody is told. What is on air stays there. */
  abandon(): void {
    this.#devices.abandon();
    this.#advertising.abandon();
    this.#adapter.stopScanning();
    this.#adapter.station.gatt = undefined;
    this.#adapter.station.hangUp();
  }

  #flags(): Record<string, boolean> {
    return {
      Powered: this.#adapter.isPowered,
      Discoverable: this.#adapter.isDiscoverable,
      Discovering: this.#discovery.isRunning,
    };
  }
}

function typed(flags: Record<string, boolean>): Record<string, Typed> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, value]): [string, Typed] => [name, ["b", value]]),
  );
}
