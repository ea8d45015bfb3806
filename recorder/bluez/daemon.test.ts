import { DBusError } from "dbus-native";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import type { Signal } from "./bus.ts";
import { Daemon, type DaemonBus } from "./daemon.ts";

const failure = (name: string): DBusError => Object.assign(new DBusError(name), { dbusName: name });

/** A bus on which a test decides what BlueZ answers, and when. */
class ScriptedBus implements DaemonBus {
  readonly closed = new Promise<void>(() => undefined);
  owner = ":1.1";
  /** Answers to the question for all objects, in turn. */
  readonly lists: PromiseWithResolvers<unknown>[] = [];
  #listener: (signal: Signal) => void = () => undefined;

  async match(): Promise<void> {}

  onSignal(listener: (signal: Signal) => void): void {
    this.#listener = listener;
  }

  async ask(member: string): Promise<unknown> {
    if (member !== "GetNameOwner") throw failure("org.freedesktop.DBus.Error.Failed");
    if (this.owner === "") throw failure("org.freedesktop.DBus.Error.NameHasNoOwner");
    return this.owner;
  }

  async call(): Promise<unknown> {
    const list = Promise.withResolvers<unknown>();
    this.lists.push(list);
    return list.promise;
  }

  replace(owner: string): void {
    this.owner = owner;
    const bus = {
      sender: "org.freedesktop.DBus",
      path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus",
    };
    this.#listener({ ...bus, member: "NameOwnerChanged", body: ["org.bluez", "", owner] });
  }

  added(path: string, sender = this.owner): void {
    const manager = { path: "/", interface: "org.freedesktop.DBus.ObjectManager" };
    this.#listener({ sender, ...manager, member: "InterfacesAdded", body: [path, { i: {} }] });
  }
}

async function follow(owner = ":1.1") {
  const bus = new ScriptedBus();
  bus.owner = owner;
  const clock = new VirtualClock();
  const told: string[] = [];
  const following = Daemon.follow(bus, clock, {
    started: (objects) => told.push(`started with ${[...objects.keys()].join()}`),
    stopped: ({ code }) => told.push(`stopped: ${code}`),
    added: (path) => told.push(`added ${path}`),
    removed: (path) => told.push(`removed ${path}`),
    changed: (path) => told.push(`changed ${path}`),
  });
  await clock.advance(0);
  return { bus, clock, told, following };
}

describe("bluetoothd", () => {
  it("is told of with what came while it was asked for its objects", async () => {
    const { bus, told, following } = await follow();
    bus.added("/b");
    bus.added("/x", ":1.99");
    expect(told).toEqual([]);
    bus.lists[0]?.resolve({ "/a": {} });
    await following;
    bus.added("/c");
    expect(told).toEqual(["started with /a", "added /b", "added /c"]);
  });

  it("is followed from one process to the next, and an answer of the old one does not count", async () => {
    const { bus, clock, told, following } = await follow();
    bus.replace("");
    bus.replace(":1.2");
    await clock.advance(0);
    bus.lists[0]?.resolve({ "/old": {} });
    await following;
    bus.lists[1]?.resolve({ "/new": {} });
    await clock.advance(0);
    expect(told).toEqual(["stopped: BLUETOOTH_UNAVAILABLE", "started with /new"]);
  });

  it("is told to have stopped also when another takes its name at once", async () => {
    const { bus, clock, told, following } = await follow();
    bus.lists[0]?.resolve({});
    await following;
    bus.replace(":1.2");
    bus.replace(":1.2");
    await clock.advance(0);
    bus.added("/early");
    bus.lists[1]?.resolve({});
    await clock.advance(0);
    expect(told).toEqual([
      "started with ",
      "stopped: BLUETOOTH_UNAVAILABLE",
      "started with ",
      "added /early",
    ]);
    expect(bus.lists).toHaveLength(2);
  });

  it("is asked again that does not say what it has", async () => {
    const { bus, clock, told, following } = await follow();
    bus.lists[0]?.reject(failure("org.freedesktop.DBus.Error.AccessDenied"));
    await following;
    expect(told).toEqual(["stopped: BLUETOOTH_DENIED"]);
    await clock.advance(4_999);
    expect(bus.lists).toHaveLength(1);
    await clock.advance(1);
    bus.lists[1]?.resolve({ "/a": {} });
    await clock.advance(0);
    expect(told).toEqual(["stopped: BLUETOOTH_DENIED", "started with /a"]);
  });

  it("is missing where the bus cannot start it either", async () => {
    const { bus, clock, told, following } = await follow("");
    await following;
    expect(told).toEqual(["stopped: BLUETOOTH_UNAVAILABLE"]);
    bus.replace(":1.5");
    await clock.advance(0);
    bus.lists[0]?.resolve({});
    await clock.advance(0);
    expect(told.at(-1)).toBe("started with ");
  });
});
