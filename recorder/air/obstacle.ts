import type { Problem } from "../attempts.ts";
import type { AdapterFacts } from "../ports/radio.ts";

const NO_ADAPTER: Problem = {
  code: "ADAPTER_MISSING",
  message: "there is no Bluetooth adapter: put one in",
};

/** Whether peers may connect to what this adapter sends, and it to them, with no address shown twice. */
export function canConnect(facts: AdapterFacts | undefined): boolean {
  return facts !== undefined && facts.canConnect && facts.addresses.connectable === "each";
}

/**
 * What forbids to put a number on air: an adapter that cannot, or one that would send it from an address by which people
 * could be followed from number to number.
 * @param missing why there is no adapter, where that is known
 */
export function obstacleOf(
  facts: AdapterFacts | undefined,
  isConnectable: boolean,
  missing?: Problem,
): Problem | undefined {
  if (facts === undefined) {
    const { code, message } = missing ?? NO_ADAPTER;
    return { code, message };
  }
  const { name } = facts;
  if (!facts.isPowered) return { code: "ADAPTER_OFF", message: `${name} is off: switch Bluetooth on` };
  if (!facts.canAdvertise) {
    return {
      code: "ADAPTER_INCAPABLE",
      message: `${name} cannot advertise: use an adapter with Bluetooth 4.2 or later`,
    };
  }
  switch (isConnectable ? facts.addresses.connectable : facts.addresses.broadcast) {
    case "each":
      return undefined;
    case "shared":
      return {
        code: "ADAPTER_ADDRESS_SHARED",
        message: `${name} would send several numbers from one address: set "Privacy = off" in BlueZ's main.conf and restart bluetooth`,
      };
    case "identity":
      return {
        code: "ADAPTER_ADDRESS_EXPOSED",
        message: facts.isDiscoverable
          ? `${name} would send from its own address: end that with "bluetoothctl discoverable off"`
          : `${name} would send from its own address, since it takes connections: use "bluetoothctl connectable off", or restart bluetooth`,
      };
  }
}
