import type { InterfaceDescriptor, Message, MessageBus } from "dbus-native";
import type { BusClients } from "./busClients.ts";

/** A value and the D-Bus signature that it is sent with. */
export type Typed = readonly [signature: string, value: unknown];

/** What a method does: it gets the caller's unique name, then the arguments. */
export type Handler = (sender: string, ...args: unknown[]) => unknown;

/** What every part of the fake daemon works with. */
export interface DaemonParts {
  bus: MessageBus;
  clients: BusClients;
}

export interface FakeInterfaceParts {
  path: string;
  name: string;
  methods?: Record<string, [input: string, output: string, handler: Handler]>;
  /** Those that are undefined are left out. */
  values?: Record<string, Typed | undefined>;
  /** What happens when a client sets a property. */
  setters?: Record<string, (value: unknown) => void>;
}

/** An error that a method answers with. */
export class BluezFailure extends Error {
  readonly dbusName: string;

  /** @param kind the last part of org.bluez.Error.… */
  constructor(kind: string, message: string = kind) {
    super(message);
    this.dbusName = `org.bluez.Error.${kind}`;
  }
}

/** One interface of one object on the bus, whose properties may come and go. */
export class FakeInterface {
  readonly path: string;
  readonly name: string;
  readonly #bus: MessageBus;
  readonly #members: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  readonly #setters: Record<string, (value: unknown) => void>;
  readonly #properties: NonNullable<InterfaceDescriptor["properties"]> = {};

  /** Shows it at once; an object manager above tells of it. */
  constructor(bus: MessageBus, { path, name, methods = {}, values = {}, setters = {} }: FakeInterfaceParts) {
    this.#bus = bus;
    this.path = path;
    this.name = name;
    this.#setters = setters;
    const described: NonNullable<InterfaceDescriptor["methods"]> = {};
    for (const [method, [input, output, handler]] of Object.entries(methods)) {
      described[method] = [input, output, [], []];
      this.#members[method] = async (...args: unknown[]) => {
        const { sender = "" } = args.pop() as Message;
        const answer = await handler(sender, ...args);
        return output === "" ? null : answer;
      };
    }
    for (const [property, value] of Object.entries(values))
      if (value !== undefined) this.#put(property, value);
    bus.exportInterface(this.#members, path, { name, methods: described, properties: this.#properties });
  }

  /** Undefined where the property is not there. */
  value(property: string): unknown {
    return property in this.#properties ? this.#members[property] : undefined;
  }

  /** Changes properties and tells nobody. */
  change(values: Record<string, Typed>): void {
    for (const [property, value] of Object.entries(values)) this.#put(property, value);
  }

  /** Changes properties and tells of all in one signal; undefined takes one away, which is told as invalidated. */
  update(values: Record<string, Typed | undefined>): void {
    const changed: Record<string, unknown> = {};
    const invalidated: string[] = [];
    for (const [property, value] of Object.entries(values)) {
      if (value !== undefined) {
        this.#put(property, value);
        changed[property] = value[1];
      } else if (property in this.#properties) {
        Reflect.deleteProperty(this.#members, property);
        Reflect.deleteProperty(this.#properties, property);
        invalidated.push(property);
      }
    }
    if (Object.keys(changed).length + invalidated.length === 0) return;
    this.#bus.emitPropertiesChanged(this.path, this.name, changed, invalidated);
  }

  #put(property: string, [type, value]: Typed): void {
    const setter = this.#setters[property];
    this.#properties[property] = { type, access: setter === undefined ? "read" : "readwrite" };
    Object.defineProperty(this.#members, property, {
      configurable: true,
      get: () => value,
      set: (wanted: unknown) => setter?.(wanted),
    });
  }
}
