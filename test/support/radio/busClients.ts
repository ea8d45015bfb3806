import type { MessageBus } from "dbus-native";

/** Tells when clients of a bus leave it, with whatever they had registered. */
export class BusClients {
  readonly #leaving = new Map<string, Set<() => void>>();

  private constructor(bus: MessageBus) {
    const key = bus.mangle("/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged");
    bus.signals.on(key, ([name, , owner]: string[]) => {
      if (owner === "" && name !== undefined) this.#left(name);
    });
  }

  static async watch(bus: MessageBus): Promise<BusClients> {
    const clients = new BusClients(bus);
    await bus.addMatch("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'");
    return clients;
  }

  /** @returns what ends the watch */
  onLeave(client: string, then: () => void): () => void {
    const waiting = this.#leaving.get(client) ?? new Set();
    this.#leaving.set(client, waiting.add(then));
    return () => {
      waiting.delete(then);
      if (waiting.size === 0) this.#leaving.delete(client);
    };
  }

  #left(client: string): void {
    const waiting = this.#leaving.get(client);
    this.#leaving.delete(client);
    for (const then of waiting ?? []) then();
  }
}
