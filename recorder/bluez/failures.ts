import { DBusError } from "dbus-native";
import { RecorderError, type RecorderCode } from "../errors.ts";

const DAEMON_MISSING =
  "BlueZ is not running: install bluez and start it, for example with «systemctl enable --now bluetooth»";
export const ADAPTER_MISSING = "there is no Bluetooth adapter: plug one in, or name another with --adapter";
export const ADAPTER_OFF =
  "the Bluetooth adapter is off: turn it on, for example with «bluetoothctl power on»";
export const ADAPTER_SHARES =
  "have «Privacy = off» in BlueZ's main.conf, and restart it with «systemctl restart bluetooth»";
const DENIED =
  "the system does not let this user use Bluetooth: add the user to the group bluetooth and log in again, or allow org.bluez in the D-Bus policy";
const BUS_MISSING = "the system's D-Bus cannot be reached: start dbus, or set DBUS_SYSTEM_BUS_ADDRESS";

const DBUS_ERRORS: Partial<Record<string, RecorderCode>> = {
  AccessDenied: "BLUETOOTH_DENIED",
  AuthFailed: "BLUETOOTH_DENIED",
  UnknownObject: "ADAPTER_MISSING",
  UnknownMethod: "ADAPTER_MISSING",
  UnknownInterface: "ADAPTER_MISSING",
};
const BLUEZ_ERRORS: Partial<Record<string, RecorderCode>> = {
  NotReady: "ADAPTER_OFF",
  NotAuthorized: "BLUETOOTH_DENIED",
  NotSupported: "ADAPTER_INCAPABLE",
  InvalidLength: "ADAPTER_INCAPABLE",
  NotPermitted: "ADAPTER_BUSY",
  InProgress: "ADAPTER_BUSY",
  Failed: "ADAPTER_BUSY",
};

/** What ends that an adapter's own address would show: it is discoverable, or still connectable from when it was. */
export function hideAdapter(isDiscoverable: boolean): string {
  return isDiscoverable
    ? "use «bluetoothctl discoverable off»"
    : "it takes connections, maybe since it was discoverable: use «bluetoothctl connectable off», or before BlueZ 5.79 «systemctl restart bluetooth»";
}

/** The name of a D-Bus error, such as "org.bluez.Error.NotReady", or undefined. */
export function errorName(error: unknown): string | undefined {
  return error instanceof DBusError ? error.dbusName : undefined;
}

/** Whether a call failed with that error of BlueZ, such as "DoesNotExist". */
export function isBluezError(error: unknown, name: string): boolean {
  return errorName(error) === `org.bluez.Error.${name}`;
}

/** What a failed call to BlueZ means to a user. */
export function explain(error: unknown): RecorderError {
  if (error instanceof RecorderError) return error;
  const name = errorName(error) ?? "";
  if (/\.(ServiceUnknown|NameHasNoOwner)$/.test(name)) return missingDaemon(error);
  if (name.endsWith(".Disconnected")) return explainBus(error);
  const last = name.slice(name.lastIndexOf(".") + 1);
  const code =
    (name.startsWith("org.bluez.Error.") ? BLUEZ_ERRORS[last] : DBUS_ERRORS[last]) ?? "BLUETOOTH_UNAVAILABLE";
  return new RecorderError(code, sentence(code, error), { cause: error });
}

/** There is a bus, and no BlueZ on it. */
export function missingDaemon(cause?: unknown): RecorderError {
  return new RecorderError("BLUETOOTH_UNAVAILABLE", DAEMON_MISSING, { cause });
}

/** Why the bus cannot be used. Without an error: it ended. */
export function explainBus(error?: unknown): RecorderError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const isDenied =
    (cause as NodeJS.ErrnoException | undefined)?.code === "EACCES" ||
    errorName(cause)?.endsWith(".AccessDenied") === true;
  return new RecorderError(
    isDenied ? "BLUETOOTH_DENIED" : "BLUETOOTH_UNAVAILABLE",
    isDenied ? DENIED : BUS_MISSING,
    { cause: error },
  );
}

function sentence(code: RecorderCode, error: unknown): string {
  const said = error instanceof Error ? error.message : "no reason given";
  switch (code) {
    case "BLUETOOTH_DENIED":
      return DENIED;
    case "ADAPTER_OFF":
      return ADAPTER_OFF;
    case "ADAPTER_MISSING":
      return ADAPTER_MISSING;
    case "ADAPTER_BUSY":
      return `the Bluetooth adapter refuses (${said}): end other programs that advertise or scan`;
    case "ADAPTER_INCAPABLE":
      return `the Bluetooth adapter cannot do this (${said}): use one with Bluetooth 4.2 or later`;
    default:
      return `BlueZ does not do what it was asked (${said}): «systemctl restart bluetooth» may help`;
  }
}
