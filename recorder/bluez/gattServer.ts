import type { InterfaceDescriptor } from "dbus-native";
import type { Bus } from "./bus.ts";
import { isBluezError } from "./failures.ts";
import {
  CHARACTERISTIC_UUID,
  GATT_CHARACTERISTIC,
  GATT_MANAGER,
  GATT_SERVICE,
  OWN_OBJECTS,
  SERVICE_UUID,
} from "./names.ts";
import { readBytes, readInteger, readString } from "./values.ts";

/** What peers do with the characteristic. None of the functions throws. */
export interface CharacteristicEvents {
  /** @param device the peer's path in BlueZ. Undefined refuses. */
  read(device: string): Uint8Array | undefined;
  /** @param device the peer's path in BlueZ. False refuses the value. */
  written(value: Uint8Array, device: string): boolean;
}

const APPLICATION = `${OWN_OBJECTS}/gatt`;
const SERVICE = `${APPLICATION}/service`;
const CHARACTERISTIC = `${SERVICE}/number`;
const VALUE_LENGTH = 16;

const SERVICE_INTERFACE: InterfaceDescriptor = {
  name: GATT_SERVICE,
  properties: { UUID: { type: "s", access: "read" }, Primary: { type: "b", access: "read" } },
};
const CHARACTERISTIC_INTERFACE: InterfaceDescriptor = {
  name: GATT_CHARACTERISTIC,
  methods: {
    ReadValue: ["a{sv}", "ay", ["options"], ["value"]],
    WriteValue: ["aya{sv}", "", ["value", "options"], []],
  },
  properties: {
    UUID: { type: "s", access: "read" },
    Service: { type: "o", access: "read" },
    Flags: { type: "as", access: "read" },
  },
};

/** An answer that BlueZ passes on to the peer. The library sends `dbusName` as the error's name. */
class Refusal extends Error {
  readonly dbusName: string;

  constructor(name: "InvalidOffset" | "InvalidValueLength" | "NotAuthorized" | "NotPermitted") {
    super(name);
    this.dbusName = `org.bluez.Error.${name}`;
  }
}

/** @throws Refusal */
export function answerRead(events: CharacteristicEvents, options: unknown): Buffer {
  const value = events.read(readString(options, "device") ?? "");
  if (!value) throw new Refusal("NotPermitted");
  const offset = readInteger(options, "offset") ?? 0;
  if (offset < 0 || offset > value.length) throw new Refusal("InvalidOffset");
  return Buffer.from(value.subarray(offset));
}

/** @throws Refusal */
export function answerWrite(events: CharacteristicEvents, value: unknown, options: unknown): void {
  if ((readInteger(options, "offset") ?? 0) !== 0) throw new Refusal("InvalidOffset");
  const bytes = readBytes(value);
  if (bytes?.length !== VALUE_LENGTH) throw new Refusal("InvalidValueLength");
  if (!events.written(bytes, readString(options, "device") ?? "")) throw new Refusal("NotPermitted");
}

/** Makes the objects of the service. Only `isDaemon` may use them. */
export function showService(
  bus: Bus,
  events: CharacteristicEvents,
  isDaemon: (sender?: string) => boolean,
): void {
  const authorise = ({ sender }: { sender?: string }): void => {
    if (!isDaemon(sender)) throw new Refusal("NotAuthorized");
  };
  bus.show({ path: SERVICE, interface: SERVICE_INTERFACE, members: { UUID: SERVICE_UUID, Primary: true } });
  bus.show({
    path: CHARACTERISTIC,
    interface: CHARACTERISTIC_INTERFACE,
    members: {
      UUID: CHARACTERISTIC_UUID,
      Service: SERVICE,
      Flags: ["read", "write"],
      ReadValue: (options: unknown, message: { sender?: string }) => {
        authorise(message);
        return answerRead(events, options);
      },
      WriteValue: (value: unknown, options: unknown, message: { sender?: string }) => {
        authorise(message);
        answerWrite(events, value, options);
        return null;
      },
    },
  });
  bus.list(APPLICATION);
}

/** Offers the service to peers of an adapter. @throws DBusError */
export async function registerService(bus: Bus, adapter: string): Promise<void> {
  try {
    await call(bus, adapter, "RegisterApplication", "oa{sv}", [APPLICATION, {}]);
  } catch (error) {
    if (!isBluezError(error, "AlreadyExists")) throw error;
  }
}

/** @throws DBusError */
export async function unregisterService(bus: Bus, adapter: string): Promise<void> {
  await call(bus, adapter, "UnregisterApplication", "o", [APPLICATION]);
}

function call(bus: Bus, path: string, member: string, signature: string, body: unknown[]): Promise<unknown> {
  return bus.call({ path, interface: GATT_MANAGER, member, signature, body });
}
