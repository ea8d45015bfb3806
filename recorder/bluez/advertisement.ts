import { Variant } from "dbus-native";
import type { Bus } from "./bus.ts";
import { isBluezError, errorName } from "./failures.ts";
import { ADVERTISEMENT, ADVERTISING_MANAGER, OWN_OBJECTS, SERVICE_UUID } from "./names.ts";

/** What to put on air. */
export interface AdvertisementOptions {
  serviceData: Uint8Array;
  /** Until it has to be off the air again: asked for whenever that counts. */
  secondsLeft(): number;
  isConnectable: boolean;
  /** Whether the adapter can say what it sends with. */
  includesTxPower: boolean;
  /** Only this peer's calls count: bluetoothd. */
  owner: string;
  /** BlueZ withdrew it. */
  released(): void;
}

const ADVERTISEMENT_INTERFACE = {
  name: ADVERTISEMENT,
  methods: { Release: ["", "", [], []] as [string, string, string[], string[]] },
  properties: {
    Type: { type: "s", access: "read" as const },
    ServiceUUIDs: { type: "as", access: "read" as const },
    ServiceData: { type: "a{sv}", access: "read" as const },
    Timeout: { type: "q", access: "read" as const },
    Includes: { type: "as", access: "read" as const },
    MinInterval: { type: "u", access: "read" as const },
    MaxInterval: { type: "u", access: "read" as const },
  },
};

/** Milliseconds between two packets. The kernel's own 1.28 s would be heard seldom in 20 s; older versions of BlueZ pass it over. */
const INTERVAL = 300;

/** Bytes of a legacy advertisement. */
const MAX_LENGTH = 31;
/** The list of one 16-bit UUID, and what stands before service data. */
const OVERHEAD = 4 + 4;
/** Flags, which the kernel may add, and transmit power take 3 each. */
const FIELD = 3;

let count = 0;

/** Whether an advertisement has room for the transmit power beside its service data. */
export function fitsTxPower(serviceData: Uint8Array): boolean {
  return OVERHEAD + serviceData.length + FIELD + FIELD <= MAX_LENGTH;
}

/** One advertisement that is registered with BlueZ: never changed, only replaced. */
export class Advertisement {
  readonly #bus: Bus;
  readonly #adapter: string;
  readonly #path: string;

  private constructor(bus: Bus, adapter: string, path: string) {
    this.#bus = bus;
    this.#adapter = adapter;
    this.#path = path;
  }

  /**
   * @param adapter its path
   * @returns undefined where less than a second is left: nothing is on air then
   * @throws DBusError
   */
  static async register(
    bus: Bus,
    adapter: string,
    options: AdvertisementOptions,
  ): Promise<Advertisement | undefined> {
    if (options.secondsLeft() < 1) return undefined;
    // A path of its own each time: nothing of an earlier one can be taken for this one.
    const path = `${OWN_OBJECTS}/advertisement${++count}`;
    const advertisement = new Advertisement(bus, adapter, path);
    const { serviceData } = options;
    bus.show({
      path,
      interface: ADVERTISEMENT_INTERFACE,
      members: {
        Release: ({ sender }: { sender?: string }) => {
          if (sender !== options.owner) return null;
          bus.hide(path);
          options.released();
          return null;
        },
        // BlueZ may read this long after it was called. It refuses what is of no type, and so what is over by then.
        get Type() {
          if (options.secondsLeft() < 1) return "";
          return options.isConnectable ? "peripheral" : "broadcast";
        },
        ServiceUUIDs: [SERVICE_UUID],
        ServiceData: { [SERVICE_UUID]: new Variant("ay", Buffer.from(serviceData)) },
        // Whole seconds, and 0 would be no end at all.
        get Timeout() {
          return Math.min(65_535, Math.max(1, Math.floor(options.secondsLeft())));
        },
        Includes: options.includesTxPower && fitsTxPower(serviceData) ? ["tx-power"] : [],
        MinInterval: INTERVAL,
        MaxInterval: INTERVAL,
      },
    });
    try {
      await advertisement.#call("RegisterAdvertisement", "oa{sv}", [path, {}]);
    } catch (error) {
      // It may be on air all the same where the answer got lost.
      await advertisement.unregister().catch(() => undefined);
      if (options.secondsLeft() < 1) return undefined;
      throw error;
    }
    return advertisement;
  }

  /** Takes it off the air. @throws DBusError while it may still be on air */
  async unregister(): Promise<void> {
    try {
      await this.#call("UnregisterAdvertisement", "o", [this.#path]);
    } catch (error) {
      const isGone =
        isBluezError(error, "DoesNotExist") ||
        /\.Unknown(Object|Method|Interface)$/.test(errorName(error) ?? "");
      if (!isGone) throw error;
    }
    this.#bus.hide(this.#path);
  }

  #call(member: string, signature: string, body: unknown[]): Promise<unknown> {
    return this.#bus.call({ path: this.#adapter, interface: ADVERTISING_MANAGER, member, signature, body });
  }
}
