import { BluezFailure, FakeInterface, type DaemonParts } from "./fakeInterface.ts";
import type { FakeDevices } from "./fakeDevices.ts";
import type { Caller, GattServer } from "./link.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";

interface Application {
  client: string;
  path: string;
  forget: () => void;
}

interface Characteristic {
  path: string;
  uuid: string;
  service: string;
  flags: ("read" | "write")[];
}

type Objects = Partial<Record<string, Partial<Record<string, Record<string, unknown>>>>>;

/** What a connection of a simulated peer carries at most, bytes. */
const mtu = 517;

/** GattManager1 of one adapter: takes applications with one service and one characteristic. */
export class FakeGattManager {
  readonly #daemon: DaemonParts;
  readonly #adapter: SimulatedAdapter;
  readonly #devices: FakeDevices;
  #application: Application | undefined;

  constructor(daemon: DaemonParts, adapter: SimulatedAdapter, devices: FakeDevices, path: string) {
    this.#daemon = daemon;
    this.#adapter = adapter;
    this.#devices = devices;
    new FakeInterface(daemon.bus, {
      path,
      name: "org.bluez.GattManager1",
      methods: {
        RegisterApplication: ["oa{sv}", "", (client, object) => this.#register(client, String(object))],
        UnregisterApplication: ["o", "", (client, object) => this.#unregister(client, String(object))],
      },
    });
  }

  end(): void {
    this.#application?.forget();
    this.#application = undefined;
    this.#adapter.station.gatt = undefined;
    this.#adapter.station.hangUp();
  }

  async #register(client: string, path: string): Promise<void> {
    if (this.#application?.client === client && this.#application.path === path) {
      throw new BluezFailure("AlreadyExists", "Already Exists");
    }
    const characteristic = readApplication(await this.#objects(client, path));
    const forget = this.#daemon.clients.onLeave(client, () => this.end());
    this.#application = { client, path, forget };
    this.#adapter.station.gatt = this.#server(client, characteristic);
  }

  #unregister(client: string, path: string): void {
    if (this.#application?.client !== client || this.#application.path !== path) {
      throw new BluezFailure("DoesNotExist", "Does Not Exist");
    }
    this.end();
  }

  async #objects(client: string, path: string): Promise<Objects> {
    try {
      return await this.#daemon.bus.invoke<Objects>({
        destination: client,
        path,
        interface: "org.freedesktop.DBus.ObjectManager",
        member: "GetManagedObjects",
      });
    } catch (error) {
      throw new BluezFailure("Failed", `No object received ${String(error)}`);
    }
  }

  #server(client: string, { path, uuid, service, flags }: Characteristic): GattServer {
    const call = (member: string, signature: string, body: unknown[], { address }: Caller) =>
      this.#daemon.bus.invoke({
        destination: client,
        path,
        interface: "org.bluez.GattCharacteristic1",
        member,
        signature: `${signature}a{sv}`,
        body: [
          ...body,
          [
            ["device", ["o", this.#devices.path(address.text)]],
            ["link", ["s", "LE"]],
            ["mtu", ["q", mtu]],
            ...(member === "WriteValue" ? [["type", ["s", "request"]]] : [["offset", ["q", 0]]]),
          ],
        ],
      });
    return {
      service,
      characteristic: uuid,
      flags,
      read: async (caller) => {
        const value: unknown = await call("ReadValue", "", [], caller).catch(() => undefined);
        return value instanceof Uint8Array ? Uint8Array.from(value) : undefined;
      },
      write: (value, caller) =>
        call("WriteValue", "ay", [Buffer.from(value)], caller).then(
          () => true,
          () => false,
        ),
      connected: (caller) => this.#devices.connected(caller),
      disconnected: (caller) => this.#devices.disconnected(caller),
    };
  }
}

/** @throws BluezFailure when it is none that bluetoothd would take */
function readApplication(objects: Objects): Characteristic {
  for (const [path, interfaces = {}] of Object.entries(objects)) {
    const { UUID, Service, Flags } = interfaces["org.bluez.GattCharacteristic1"] ?? {};
    if (typeof UUID !== "string") continue;
    const service = objects[String(Service)]?.["org.bluez.GattService1"];
    if (typeof service?.UUID !== "string" || typeof service.Primary !== "boolean") break;
    if (!Array.isArray(Flags)) break;
    return {
      path,
      uuid: UUID.toLowerCase(),
      service: service.UUID.toLowerCase(),
      flags: (["read", "write"] as const).filter((flag) => Flags.includes(flag)),
    };
  }
  throw new BluezFailure("Failed", "Failed to create entry in database");
}
