import type { AdapterFacts } from "../ports/radio.ts";
import { choosesAddressesItself } from "./kernel.ts";
import { ADAPTER, ADVERTISING_MANAGER, GATT_MANAGER, SHARED_NAME } from "./names.ts";
import type { Privacy } from "./privacy.ts";
import { readBoolean, readInteger, readString, readStrings, readValue, type Interfaces } from "./values.ts";

/** An adapter as BlueZ describes it. What BlueZ does not say is false, or left out. */
export interface Adapter {
  path: string;
  /** Such as "hci0". */
  name: string;
  /** The machine's name as BlueZ tells it to everybody who connects, without pairing. */
  alias: string;
  isPowered: boolean;
  /** Whether a switch or the system keeps it off; only newer versions say so. */
  isBlocked: boolean;
  isDiscoverable: boolean;
  /**
   * Whether it takes connections whatever is advertised: then nothing that it advertises is without. Left out by BlueZ
   * before 5.79, which does not say.
   */
  isConnectable?: boolean;
  isDiscovering: boolean;
  roles: string[];
  /** UUIDs of the kernel's experiments that are switched on. */
  experiments: string[];
  hasGattManager: boolean;
  /** Undefined where it cannot advertise. */
  advertising?: Advertising;
}

interface Advertising {
  /** How many more advertisements there is room for, and how many there are. */
  free: number;
  active: number;
  includesTxPower: boolean;
  /** Whether each advertisement has an address of its own. */
  isExtended: boolean;
}

/** Undefined where the object is no adapter. */
export function decodeAdapter(path: string, interfaces: Interfaces): Adapter | undefined {
  const adapter = interfaces.get(ADAPTER);
  if (!adapter) return undefined;
  const manager = interfaces.get(ADVERTISING_MANAGER);
  const advertising = manager && {
    free: readInteger(manager, "SupportedInstances") ?? 0,
    active: readInteger(manager, "ActiveInstances") ?? 0,
    includesTxPower: readStrings(manager, "SupportedIncludes")?.includes("tx-power") ?? false,
    isExtended: readValue(manager, "SupportedSecondaryChannels") !== undefined,
  };
  const isConnectable = readBoolean(adapter, "Connectable");
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    alias: readString(adapter, "Alias") ?? "",
    isPowered: readBoolean(adapter, "Powered") ?? false,
    isBlocked: readString(adapter, "PowerState") === "off-blocked",
    isDiscoverable: readBoolean(adapter, "Discoverable") ?? false,
    ...(isConnectable === undefined ? {} : { isConnectable }),
    isDiscovering: readBoolean(adapter, "Discovering") ?? false,
    roles: readStrings(adapter, "Roles") ?? [],
    experiments: readStrings(adapter, "ExperimentalFeatures") ?? [],
    hasGattManager: interfaces.has(GATT_MANAGER),
    ...(advertising ? { advertising } : {}),
  };
}

/**
 * The adapter to use: the one of that name, and without a name one that is on, hci0 before hci1. The one in use stays so
 * while it is on.
 */
export function chooseAdapter(
  adapters: readonly Adapter[],
  { name, inUse }: { name?: string | undefined; inUse?: string | undefined },
): Adapter | undefined {
  if (name !== undefined) return adapters.find((adapter) => adapter.name === name);
  const ordered = adapters.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const candidates = [...ordered.filter(({ path }) => path === inUse), ...ordered];
  return candidates.find(({ isPowered }) => isPowered) ?? candidates[0];
}

/** What of a machine decides on addresses, beside the adapter. */
export interface Surroundings {
  /** What BlueZ runs with. */
  privacy: Privacy;
  /** Such as "6.12.34-rpi-v8". */
  kernelRelease: string;
}

/**
 * What the kernel makes of an adapter's state. With privacy off, what nobody can connect to comes from a new address
 * each time, unless the adapter itself takes connections or may be found. With privacy on, everything comes from private
 * addresses: one for each advertisement with extended advertising, as long as the kernel makes them, else one for all.
 * Connections are out of the question while the machine has a name of its own, by which all its numbers could be told.
 */
export function factsOf(adapter: Adapter, surroundings: Surroundings): AdapterFacts {
  const { name, isPowered, isDiscoverable, advertising } = adapter;
  return {
    name,
    isPowered,
    isDiscoverable,
    canAdvertise: advertising !== undefined && advertising.free + advertising.active > 0,
    ...addressesOf(adapter, surroundings),
  };
}

function addressesOf(
  { alias, isDiscoverable, isConnectable = false, advertising, experiments, hasGattManager }: Adapter,
  { privacy, kernelRelease }: Surroundings,
): Pick<AdapterFacts, "addresses" | "canConnect"> {
  const isEach = advertising?.isExtended === true && choosesAddressesItself(kernelRelease, experiments);
  const ofPrivacy = isEach ? "each" : "shared";
  const openly = isDiscoverable || isConnectable ? "identity" : "each";
  if (privacy === "on" || (privacy === "limited" && !isDiscoverable)) {
    return {
      addresses: { broadcast: ofPrivacy, connectable: ofPrivacy },
      canConnect: isEach && hasGattManager && alias === SHARED_NAME,
    };
  }
  // Where it is not known, the worse of both is assumed.
  const broadcast = privacy === "unknown" && openly === "each" ? ofPrivacy : openly;
  return { addresses: { broadcast, connectable: "identity" }, canConnect: false };
}
