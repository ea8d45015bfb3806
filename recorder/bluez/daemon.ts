import type { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Bus, Signal } from "./bus.ts";
import { errorName, explain, missingDaemon } from "./failures.ts";
import { ADAPTER, BLUEZ, DBUS, DEVICE, OBJECT_MANAGER, PROPERTIES } from "./names.ts";
import { decodeInterfaces, decodeObjects, readEntries, type Interfaces, type Properties } from "./values.ts";

/** What is told of bluetoothd and of its objects. */
export interface DaemonEvents {
  /** It is there, and has these objects. Comes again when it was restarted, always after `stopped`. */
  started(objects: ReadonlyMap<string, Interfaces>, process: DaemonProcess): void;
  stopped(reason: RecorderError): void;
  added(path: string, interfaces: Interfaces): void;
  removed(path: string, interfaces: readonly string[]): void;
  changed(path: string, name: string, changed: Properties, invalidated: readonly string[]): void;
}

/** Which bluetoothd it is. */
export interface DaemonProcess {
  /** Its unique name on the bus: one that starts anew has another. */
  owner: string;
  pid: number | undefined;
}

/** What of a bus is needed to follow it. */
export type DaemonBus = Pick<Bus, "ask" | "call" | "closed" | "match" | "onSignal">;

/** Milliseconds after which a daemon that did not say what it has is asked again. */
const ASK_AGAIN_AFTER = 5_000;

/** Follows bluetoothd over one connection to the bus: whether it runs, and its objects. */
export class Daemon {
  readonly #bus: DaemonBus;
  readonly #clock: Clock;
  readonly #events: DaemonEvents;
  /** Its unique name on the bus, "" while it does not run. */
  #owner = "";
  /** Whether the list of its objects came: from then on signals keep it right. */
  #isListed = false;
  /** Signals that came while the list was under way. */
  #waiting: Signal[] | undefined;

  private constructor(bus: DaemonBus, clock: Clock, events: DaemonEvents) {
    this.#bus = bus;
    this.#clock = clock;
    this.#events = events;
  }

  /** Resolves when it is known whether the daemon runs and what it has. @throws DBusError when the bus is gone */
  static async follow(bus: DaemonBus, clock: Clock, events: DaemonEvents): Promise<Daemon> {
    const daemon = new Daemon(bus, clock, events);
    bus.onSignal((signal) => daemon.#take(signal));
    await bus.match(`type='signal',sender='${DBUS}',member='NameOwnerChanged',arg0='${BLUEZ}'`);
    await bus.match(`type='signal',sender='${BLUEZ}',path='/',interface='${OBJECT_MANAGER}'`);
    for (const name of [ADAPTER, DEVICE]) {
      await bus.match(
        `type='signal',sender='${BLUEZ}',interface='${PROPERTIES}',member='PropertiesChanged',arg0='${name}'`,
      );
    }
    await daemon.#find();
    return daemon;
  }

  /** The only one that may ask the recorder for anything. */
  get owner(): string {
    return this.#owner;
  }

  /** Looks for the daemon, and lets the bus start it where it can. */
  async #find(): Promise<void> {
    const owner = await this.#askOwner();
    if (owner !== "") return this.#begin(owner);
    try {
      await this.#bus.ask("StartServiceByName", "su", [BLUEZ, 0]);
    } catch (error) {
      this.#events.stopped(missingDaemon(error));
      return;
    }
    await this.#begin(await this.#askOwner());
  }

  async #askOwner(): Promise<string> {
    try {
      return String(await this.#bus.ask("GetNameOwner", "s", [BLUEZ]));
    } catch (error) {
      if (errorName(error)?.endsWith(".NameHasNoOwner") === true) return "";
      throw error;
    }
  }

  async #begin(owner: string): Promise<void> {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.#isListed = false;
    if (owner === "") {
      this.#events.stopped(missingDaemon());
      return;
    }
    await this.#list(owner);
  }

  async #list(owner: string): Promise<void> {
    const waiting: Signal[] = [];
    this.#waiting = waiting;
    try {
      const pid = await this.#bus.ask("GetConnectionUnixProcessID", "s", [owner]).catch(() => undefined);
      const answer = await this.#bus.call({
        path: "/",
        interface: OBJECT_MANAGER,
        member: "GetManagedObjects",
      });
      if (owner !== this.#owner) return;
      this.#waiting = undefined;
      this.#isListed = true;
      this.#events.started(decodeObjects(answer), {
        owner,
        pid: typeof pid === "number" ? pid : undefined,
      });
      waiting.forEach((signal) => this.#report(signal));
    } catch (error) {
      if (owner !== this.#owner) return;
      this.#waiting = undefined;
      this.#events.stopped(explain(error));
      void this.#askAgain(owner);
    }
  }

  async #askAgain(owner: string): Promise<void> {
    const closed = new AbortController();
    void this.#bus.closed.then(() => closed.abort());
    await this.#clock.sleep(ASK_AGAIN_AFTER, closed.signal);
    if (!closed.signal.aborted && owner === this.#owner) await this.#list(owner);
  }

  #take(signal: Signal): void {
    if (signal.sender === DBUS && signal.member === "NameOwnerChanged" && signal.body[0] === BLUEZ) {
      void this.#replaced(String(signal.body[2]));
    } else if (signal.sender === this.#owner) {
      if (this.#isListed) this.#report(signal);
      else this.#waiting?.push(signal);
    }
  }

  async #replaced(owner: string): Promise<void> {
    if (owner === this.#owner) return;
    if (owner !== "" && this.#owner !== "") this.#events.stopped(missingDaemon());
    await this.#begin(owner);
  }

  #report({ path, interface: from, member, body }: Signal): void {
    const [first, second, third] = body;
    if (from === OBJECT_MANAGER && typeof first === "string") {
      if (member === "InterfacesAdded") this.#events.added(first, decodeInterfaces(second));
      if (member === "InterfacesRemoved") this.#events.removed(first, decodeNames(second));
    } else if (from === PROPERTIES && member === "PropertiesChanged" && typeof first === "string") {
      this.#events.changed(path, first, Object.fromEntries(readEntries(second)), decodeNames(third));
    }
  }
}

/** A list of names; what is none is left out. */
function decodeNames(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
