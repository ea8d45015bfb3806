import type { RecorderCode } from "../errors.ts";
import { factsOf, type Adapter, type Surroundings } from "./adapters.ts";
import { ADAPTER_OFF, ADAPTER_SHARES, hideAdapter } from "./failures.ts";
import { choosesAddressesItself } from "./kernel.ts";
import { SHARED_NAME } from "./names.ts";
import type { Privacy } from "./privacy.ts";

/** One thing that a user should know about Bluetooth on this machine. */
export interface Finding {
  /** Stable; the code of the error that the recorder meets where it cannot work. */
  code: FindingCode;
  /** "warning": the recorder works, with less. "fault": it cannot work. */
  level: "ok" | "warning" | "fault";
  /** Such as "hci0"; left out where it is about none. */
  adapter?: string;
  /** What is so, and what to do about it. */
  sentence: string;
}

export type FindingCode =
  | RecorderCode
  | "BLUETOOTH_READY"
  | "PRIVACY_UNKNOWN"
  | "ADAPTER_ON"
  | "ADAPTER_BLOCKED"
  | "ADVERTISING_READY"
  | "TRANSMIT_POWER_KNOWN"
  | "TRANSMIT_POWER_UNKNOWN"
  | "ADDRESSES_FRESH"
  | "CONNECTABLE_UNKNOWN"
  | "CONNECTIONS_READY"
  | "CONNECTIONS_OFF"
  | "LISTENING_READY"
  | "LISTENING_SHARED";

export function fault(code: FindingCode, sentence: string): Finding {
  return { code, level: "fault", sentence };
}

/** What is wrong with what is known about BlueZ's «Privacy», if anything is. */
export function judgePrivacy(privacy: Privacy): Finding[] {
  if (privacy !== "unknown") return [];
  return [
    {
      code: "PRIVACY_UNKNOWN",
      level: "warning",
      sentence:
        "what BlueZ has for «Privacy» is not known, and the worse is assumed: main.conf cannot be read or was changed after BlueZ started, which «systemctl restart bluetooth» ends, or a file in main.conf.d contradicts it",
    },
  ];
}

/** Everything about one adapter. */
export function judgeAdapter(
  adapter: Adapter,
  surroundings: Surroundings,
  blocked: ReadonlySet<string>,
): Finding[] {
  const findings = [judgePower(adapter, blocked)];
  if (!adapter.advertising || !factsOf(adapter, surroundings).canAdvertise) {
    findings.push(
      fault(
        "ADAPTER_INCAPABLE",
        "it cannot advertise: use an adapter with Bluetooth 4.2 or later, and BlueZ 5.50 or later",
      ),
    );
  } else {
    findings.push(
      judgeRoom(adapter.advertising),
      adapter.advertising.includesTxPower
        ? {
            code: "TRANSMIT_POWER_KNOWN",
            level: "ok",
            sentence: "it says how strongly it sends, so that others estimate distances well",
          }
        : {
            code: "TRANSMIT_POWER_UNKNOWN",
            level: "warning",
            sentence: "it does not say how strongly it sends: distances that others estimate are rough",
          },
      ...judgeAddresses(adapter, surroundings),
      judgeConnections(adapter, surroundings),
    );
  }
  findings.push(judgeListening(adapter));
  return findings.map((finding) => ({ ...finding, adapter: adapter.name }));
}

function judgePower({ name, isPowered, isBlocked }: Adapter, blocked: ReadonlySet<string>): Finding {
  if (isPowered) return { code: "ADAPTER_ON", level: "ok", sentence: "the adapter is on" };
  if (isBlocked || blocked.has(name)) {
    return fault(
      "ADAPTER_BLOCKED",
      "the adapter is blocked: use «rfkill unblock bluetooth», or the machine's switch",
    );
  }
  return fault("ADAPTER_OFF", ADAPTER_OFF);
}

function judgeRoom({ free, active, isExtended }: NonNullable<Adapter["advertising"]>): Finding {
  if (free === 0) {
    return fault(
      "ADAPTER_BUSY",
      `all ${active} places for advertisements are taken: end the programs that advertise`,
    );
  }
  const kind = isExtended ? "extended" : "legacy";
  return {
    code: "ADVERTISING_READY",
    level: "ok",
    sentence: `it can advertise (${kind}): ${free} places are free, and ${active} are in use`,
  };
}

function judgeAddresses(adapter: Adapter, surroundings: Surroundings): Finding[] {
  const { broadcast } = factsOf(adapter, surroundings).addresses;
  if (broadcast === "shared") {
    return [fault("ADAPTER_ADDRESS_SHARED", `numbers would share an address: ${ADAPTER_SHARES}`)];
  }
  if (broadcast === "identity") {
    const how = hideAdapter(adapter.isDiscoverable);
    return [fault("ADAPTER_ADDRESS_EXPOSED", `numbers would show the adapter's own address: ${how}`)];
  }
  const fresh: Finding = {
    code: "ADDRESSES_FRESH",
    level: "ok",
    sentence: "each number has an address of its own",
  };
  if (adapter.isConnectable !== undefined || surroundings.privacy === "on") return [fresh];
  return [
    fresh,
    {
      code: "CONNECTABLE_UNKNOWN",
      level: "warning",
      sentence:
        "BlueZ before 5.79 does not say whether the adapter takes connections: if it was discoverable since BlueZ started, numbers show its own address, which «systemctl restart bluetooth» ends",
    },
  ];
}

function judgeConnections(adapter: Adapter, surroundings: Surroundings): Finding {
  if (factsOf(adapter, surroundings).canConnect) {
    return {
      code: "CONNECTIONS_READY",
      level: "ok",
      sentence: "numbers are exchanged with phones that cannot broadcast",
    };
  }
  return {
    code: "CONNECTIONS_OFF",
    level: "warning",
    sentence: `no numbers are exchanged with phones that cannot broadcast, such as iPhones: ${obstacleToConnections(adapter, surroundings)}`,
  };
}

function obstacleToConnections(adapter: Adapter, surroundings: Surroundings): string {
  if (factsOf({ ...adapter, alias: SHARED_NAME }, surroundings).canConnect) {
    return `whoever connects could read this machine's name, «${adapter.alias}», beside every number: to allow connections, use «bluetoothctl system-alias ${SHARED_NAME}»`;
  }
  if (!adapter.hasGattManager) return "the adapter takes no connections";
  if (adapter.advertising?.isExtended !== true) {
    return "that takes an adapter with extended advertising (Bluetooth 5)";
  }
  if (!choosesAddressesItself(surroundings.kernelRelease, adapter.experiments)) {
    return "with this kernel one address would show over several numbers";
  }
  return surroundings.privacy === "off"
    ? "connections would show the adapter's own address, as they do on most machines"
    : "BlueZ's «Privacy» does not hide the adapter's own address now";
}

function judgeListening({ roles, isDiscovering, advertising }: Adapter): Finding {
  // Older versions of BlueZ name no roles at all.
  if (roles.length > 0 && !roles.includes("central")) {
    return fault(
      "ADAPTER_INCAPABLE",
      "it cannot listen: use another adapter, or «ControllerMode = dual» in BlueZ's main.conf",
    );
  }
  if (!isDiscovering)
    return { code: "LISTENING_READY", level: "ok", sentence: "it can listen, and nobody does" };
  const why =
    advertising?.isExtended === true
      ? ", from one address over several numbers"
      : ", and no number goes on air meanwhile";
  return {
    code: "LISTENING_SHARED",
    level: "warning",
    sentence: `a program listens already${why}: unless it is the recorder, end it`,
  };
}
