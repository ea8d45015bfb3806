import { createClient, type Message, type MessageBus } from "dbus-native";

const properties = "org.freedesktop.DBus.Properties";

/** A client of org.bluez as plain as can be, to check the fake with: calls, signals, and what it owns itself. */
export class BluezClient {
  readonly bus: MessageBus;
  /** Every signal that came from the bus, in order. */
  readonly signals: Message[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(bus: MessageBus) {
    this.bus = bus;
    bus.connection.on("message", (message: Message) => {
      this.signals.push(message);
      for (const look of this.#waiting) look();
    });
  }

  static async connect(address: string): Promise<BluezClient> {
    const bus = createClient({ busAddress: address });
    bus.connection.on("error", () => undefined);
    const client = new BluezClient(bus);
    await bus.addMatch("type='signal',sender='org.bluez'");
    await bus.addMatch("type='signal',sender='org.freedesktop.DBus',arg0='org.bluez'");
    return client;
  }

  /** @throws DBusError whose dbusName is the daemon's */
  async call<T = unknown>(path: string, member: string, signature = "", ...body: unknown[]): Promise<T> {
    const [name, method] = member.split(".") as [string, string];
    const message: Message = {
      destination: "org.bluez",
      path,
      interface: `org.bluez.${name}`,
      member: method,
    };
    return this.bus.invoke<T>(signature === "" ? message : { ...message, signature, body });
  }

  async get(path: string, name: string): Promise<Record<string, unknown>> {
    return this.bus.invoke({
      destination: "org.bluez",
      path,
      interface: properties,
      member: "GetAll",
      signature: "s",
      body: [`org.bluez.${name}`],
    });
  }

  async objects(): Promise<Record<string, Record<string, Record<string, unknown>>>> {
    return this.bus.invoke({
      destination: "org.bluez",
      path: "/",
      interface: "org.freedesktop.DBus.ObjectManager",
      member: "GetManagedObjects",
    });
  }

  /** The values that a property was told to have, one for each signal. */
  changes(path: string, property: string): unknown[] {
    return this.signals
      .filter((signal) => signal.member === "PropertiesChanged" && signal.path === path)
      .map(({ body }) => (body![1] as Record<string, unknown>)[property])
      .filter((value) => value !== undefined);
  }

  /** The paths of objects that came ("InterfacesAdded") or went ("InterfacesRemoved"). */
  moved(member: "InterfacesAdded" | "InterfacesRemoved"): string[] {
    return this.signals.filter((signal) => signal.member === member).map(({ body }) => body![0] as string);
  }

  /** Resolves as soon as messages that came make it true; never by itself. */
  async until(isTrue: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isTrue()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Shows an advertisement of its own, to be registered. */
  advertisement(path: string, values: Record<string, [signature: string, value: unknown]>): void {
    const described = Object.entries(values).map(([name, [type]]) => [name, { type, access: "read" }]);
    const members = Object.fromEntries(Object.entries(values).map(([name, [, value]]) => [name, value]));
    this.bus.exportInterface({ ...members, Release: () => null }, path, {
      name: "org.bluez.LEAdvertisement1",
      methods: { Release: ["", "", [], []] },
      properties: Object.fromEntries(described),
    });
  }

  async close(): Promise<void> {
    await this.bus.close();
  }
}
