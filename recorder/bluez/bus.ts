import {
  createClient,
  messageType,
  type InterfaceDescriptor,
  type Message,
  type MessageBus,
} from "dbus-native";
import { explainBus } from "./failures.ts";
import { BLUEZ } from "./names.ts";

const SYSTEM_BUS = "unix:path=/var/run/dbus/system_bus_socket";

/** A stopped BlueZ is waited for, not started by each call. */
const NO_AUTO_START = 2;

/** Milliseconds that an answer may take where the call says nothing else. */
const ANSWER_WITHIN = 10_000;

/** A call of a method of org.bluez. */
export interface Call {
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: unknown[];
}

/** A signal that came over the bus, unchecked. */
export interface Signal {
  sender: string;
  path: string;
  interface: string;
  member: string;
  body: readonly unknown[];
}

/** An object that is shown to others on the bus. */
export interface OwnObject {
  path: string;
  interface: InterfaceDescriptor;
  /** Values of the properties, or getters, and a function for each method: it takes the arguments and then the message. */
  members: Record<string, unknown>;
}

/** One connection to the message bus. It does not outlive the bus: a new one has to be made then. */
export class Bus {
  readonly #bus: MessageBus;
  /** Resolves when the connection ended, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(bus: MessageBus, closed: Promise<void>) {
    this.#bus = bus;
    this.closed = closed;
  }

  /**
   * @param address as in DBUS_SYSTEM_BUS_ADDRESS, which is the default
   * @throws BLUETOOTH_UNAVAILABLE, BLUETOOTH_DENIED
   */
  static async connect(address = process.env.DBUS_SYSTEM_BUS_ADDRESS ?? SYSTEM_BUS): Promise<Bus> {
    let failure: unknown;
    let bus: MessageBus | undefined;
    try {
      // "direct" leaves the greeting to us: the library's own throws where nobody can catch it.
      bus = createClient({ busAddress: address, direct: true, timeout: ANSWER_WITHIN });
      const { connection } = bus;
      const closed = new Promise<void>((resolve) => connection.on("close", () => resolve()));
      connection.on("error", (error) => {
        failure ??= error;
        connection.stream.destroy();
      });
      // A message that the library cannot dispatch is not worth the process.
      connection.on("handlerError", () => undefined);
      bus.name = await bus.invokeDbus<string>({ member: "Hello" });
      return new Bus(bus, closed);
    } catch (error) {
      bus?.connection.stream.destroy();
      throw explainBus(failure ?? error);
    }
  }

  /**
   * Calls a method of org.bluez.
   * @param options timeout: ms. signal: gives up waiting
   * @returns the answer, unchecked
   * @throws DBusError
   */
  async call(call: Call, options?: { timeout?: number; signal?: AbortSignal }): Promise<unknown> {
    return this.#bus.invoke({ ...call, destination: BLUEZ, flags: NO_AUTO_START }, options);
  }

  /** Calls a method of the bus itself. @throws DBusError */
  async ask(member: string, signature: string, body: unknown[]): Promise<unknown> {
    return this.#bus.invokeDbus({ member, signature, body });
  }

  /** Asks for the signals that a match rule describes. @throws DBusError */
  async match(rule: string): Promise<void> {
    await this.#bus.addMatch(rule);
  }

  /** Reports every signal that comes. */
  onSignal(listener: (signal: Signal) => void): void {
    this.#bus.connection.on("message", (message: Message) => {
      const { type, sender, path, interface: from, member, body } = message;
      if (type !== messageType.signal) return;
      if (sender === undefined || path === undefined || from === undefined || member === undefined) return;
      listener({ sender, path, interface: from, member, body: body ?? [] });
    });
  }

  show(object: OwnObject): void {
    // Without a prototype: peers choose the names of the methods that they call.
    const members = Object.create(null, Object.getOwnPropertyDescriptors(object.members)) as object;
    this.#bus.exportInterface(members, object.path, object.interface);
  }

  hide(path: string): void {
    this.#bus.unexportInterface(path);
  }

  /** Lets others list all objects below a path. */
  list(path: string): void {
    this.#bus.exportObjectManager(path);
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }
}
