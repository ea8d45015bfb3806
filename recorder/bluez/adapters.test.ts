import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseAdapter, decodeAdapter, factsOf, type Adapter, type Surroundings } from "./adapters.ts";
import { ADAPTER, ADVERTISING_MANAGER, GATT_MANAGER } from "./names.ts";
import { decodeInterfaces } from "./values.ts";

const EXPERIMENT = "15c0a148-c273-11ea-b3de-0242ac130004";

function adapter(name: string, more: Partial<Adapter> = {}): Adapter {
  return {
    path: `/org/bluez/${name}`,
    name,
    alias: "Tocsin",
    isPowered: true,
    isBlocked: false,
    isDiscoverable: false,
    isConnectable: false,
    isDiscovering: false,
    roles: [],
    experiments: [],
    hasGattManager: true,
    advertising: { free: 5, active: 0, includesTxPower: true, isExtended: true },
    ...more,
  };
}
const kernelRelease = "6.12.34-rpi-v8";
const legacy = { free: 5, active: 0, includesTxPower: false, isExtended: false };

describe("an adapter", () => {
  it("is what BlueZ says of it", () => {
    const interfaces = decodeInterfaces({
      [ADAPTER]: {
        Alias: "Tocsin",
        Powered: true,
        Discoverable: false,
        Connectable: false,
        PowerState: "on",
        Roles: ["central", "peripheral"],
        ExperimentalFeatures: [EXPERIMENT],
      },
      [ADVERTISING_MANAGER]: {
        SupportedInstances: 3,
        ActiveInstances: 2,
        SupportedIncludes: ["tx-power", "appearance"],
        SupportedSecondaryChannels: ["1M", "2M"],
      },
      [GATT_MANAGER]: {},
    });
    expect(decodeAdapter("/org/bluez/hci1", interfaces)).toEqual(
      adapter("hci1", {
        roles: ["central", "peripheral"],
        experiments: [EXPERIMENT],
        advertising: { free: 3, active: 2, includesTxPower: true, isExtended: true },
      }),
    );
  });

  it("is none without its interface, and can nothing that BlueZ does not say", () => {
    expect(decodeAdapter("/org/bluez", decodeInterfaces({ "org.bluez.AgentManager1": {} }))).toBeUndefined();
    const decoded = decodeAdapter("/org/bluez/hci0", decodeInterfaces({ [ADAPTER]: { Powered: "yes" } }));
    expect(decoded).toMatchObject({ isPowered: false, hasGattManager: false });
    expect(decoded).not.toHaveProperty("isConnectable");
  });

  it("is understood from anything", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(ADAPTER, ADVERTISING_MANAGER), fc.anything()), (value) => {
        const decoded = decodeAdapter("/x", decodeInterfaces(value));
        if (decoded) expect(factsOf(decoded, { privacy: "off", kernelRelease }).name).toBe("x");
      }),
    );
  });
});

describe("the adapter that is used", () => {
  const [off0, on1, on2, on10] = [
    adapter("hci0", { isPowered: false }),
    adapter("hci1"),
    adapter("hci2"),
    adapter("hci10"),
  ];

  it("is the first that is on, in the order of their numbers", () => {
    expect(chooseAdapter([on10, on2, off0], {})).toBe(on2);
    expect(chooseAdapter([off0], {})).toBe(off0);
    expect(chooseAdapter([], {})).toBeUndefined();
  });

  it("stays while it is on, and is left for one that is on", () => {
    expect(chooseAdapter([on1, on2], { inUse: on2.path })).toBe(on2);
    expect(chooseAdapter([off0, on2], { inUse: off0.path })).toBe(on2);
    expect(chooseAdapter([on1], { inUse: on2.path })).toBe(on1);
  });

  it("is the named one or none", () => {
    expect(chooseAdapter([off0, on1], { name: "hci0", inUse: on1.path })).toBe(off0);
    expect(chooseAdapter([off0, on1], { name: "hci7" })).toBeUndefined();
  });
});

describe("where advertisements come from", () => {
  const addresses = (
    more: Partial<Adapter>,
    privacy: Surroundings["privacy"],
    release: string = kernelRelease,
  ) => {
    const facts = factsOf(adapter("hci0", more), { privacy, kernelRelease: release });
    return [facts.addresses.broadcast, facts.addresses.connectable, facts.canConnect];
  };

  it("without privacy: a new address each for what nobody can connect to, the adapter's own for the rest", () => {
    expect(addresses({}, "off")).toEqual(["each", "identity", false]);
    expect(addresses({ advertising: legacy }, "off")).toEqual(["each", "identity", false]);
  });

  it("without privacy, and discoverable or connectable: the adapter's own", () => {
    expect(addresses({ isDiscoverable: true }, "off")).toEqual(["identity", "identity", false]);
    expect(addresses({ isConnectable: true }, "off")).toEqual(["identity", "identity", false]);
  });

  it("with privacy: a new one each, where the controller has one for each advertisement", () => {
    expect(addresses({}, "on")).toEqual(["each", "each", true]);
    expect(addresses({ isDiscoverable: true }, "on")).toEqual(["each", "each", true]);
    expect(addresses({ hasGattManager: false }, "on")).toEqual(["each", "each", false]);
    for (const alias of ["anna's laptop", "tocsin", ""])
      expect(addresses({ alias }, "on")).toEqual(["each", "each", false]);
    expect(addresses({ advertising: legacy }, "on")).toEqual(["shared", "shared", false]);
  });

  it("with privacy: one for all, where the controller makes it", () => {
    for (const privacy of ["on", "limited"] as const) {
      expect(addresses({}, privacy, "6.14.0")).toEqual(["shared", "shared", false]);
      expect(addresses({}, privacy, "unheard of")).toEqual(["shared", "shared", false]);
      expect(addresses({ experiments: [EXPERIMENT] }, privacy)).toEqual(["shared", "shared", false]);
    }
    expect(addresses({}, "unknown", "6.14.0")).toEqual(["shared", "identity", false]);
    expect(addresses({ experiments: [EXPERIMENT] }, "off", "6.14.0")).toEqual(["each", "identity", false]);
  });

  it("with limited privacy: as without it while the adapter is discoverable", () => {
    expect(addresses({}, "limited")).toEqual(["each", "each", true]);
    expect(addresses({ isDiscoverable: true }, "limited")).toEqual(["identity", "identity", false]);
  });

  it("with a setting that is not known: the worse of both", () => {
    expect(addresses({}, "unknown")).toEqual(["each", "identity", false]);
    expect(addresses({ isConnectable: true }, "unknown")).toEqual(["identity", "identity", false]);
    expect(addresses({ advertising: legacy }, "unknown")).toEqual(["shared", "identity", false]);
  });

  it("never allows connections that would show the adapter's own address", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("off" as const, "on" as const, "limited" as const, "unknown" as const),
        fc.record({
          isDiscoverable: fc.boolean(),
          isConnectable: fc.boolean(),
          hasGattManager: fc.boolean(),
        }),
        fc.boolean(),
        fc.constantFrom("6.12.0", "6.14.0"),
        (privacy, more, isExtended, release) => {
          const advertising = { ...legacy, isExtended };
          const facts = factsOf(adapter("hci0", { ...more, advertising }), {
            privacy,
            kernelRelease: release,
          });
          if (facts.canConnect) expect(facts.addresses).toEqual({ broadcast: "each", connectable: "each" });
        },
      ),
    );
  });
});
