import type { AnySignal } from "./fakeBluez.ts";
import { tocsinService } from "./tocsinService.ts";

const objectManager = "org.freedesktop.DBus.ObjectManager";
const device = "org.bluez.Device1";

/** What no bluetoothd sends, about one adapter and a device of it: each is a well-formed message with a wrong content. */
export function hostileSignals(adapter: string): AnySignal[] {
  const path = `${adapter}/dev_00_11_22_33_44_55`;
  const changed = (at: string, name: unknown, values: unknown[]): AnySignal => ({
    path: at,
    interface: "org.freedesktop.DBus.Properties",
    member: "PropertiesChanged",
    signature: "sa{sv}as",
    body: [name, values, []],
  });
  const added = (at: string, values: unknown[], name = device): AnySignal => ({
    path: "/",
    interface: objectManager,
    member: "InterfacesAdded",
    signature: "oa{sa{sv}}",
    body: [at, [[name, values]]],
  });
  const uuids = ["UUIDs", ["as", [tocsinService]]];
  const data = (value: unknown): unknown[] => ["ServiceData", ["a{sv}", [[tocsinService, value]]]];
  return [
    changed(adapter, "org.bluez.Adapter1", [["Powered", ["s", "yes"]]]),
    changed(adapter, "org.bluez.Adapter1", [["Discoverable", ["u", 1]]]),
    changed(adapter, "__proto__", [["Powered", ["b", false]]]),
    changed(adapter, "org.bluez.LEAdvertisingManager1", [["SupportedIncludes", ["s", "tx-power"]]]),
    added(path, [uuids, data(["s", "c0".repeat(16)])]),
    added(path, [uuids, data(["ay", Buffer.alloc(100_000)])]),
    added(path, [uuids, data(["v", ["v", ["ay", Buffer.alloc(16)]]])]),
    added(path, [uuids, ["ServiceData", ["s", "none"]]]),
    added(path, [uuids, ["ServiceData", ["a{sv}", []]]]),
    added(path, [["UUIDs", ["s", tocsinService]], data(["ay", Buffer.alloc(16)])]),
    added(path, [uuids, ["RSSI", ["s", "-60"]], ["TxPower", ["d", 7.5]]]),
    added(path, [uuids, ["RSSI", ["n", 32767]], ["TxPower", ["n", -32768]]]),
    added(path, [
      ["__proto__", ["a{sv}", [["RSSI", ["n", 1]]]]],
      ["constructor", ["s", "x"]],
    ]),
    added("/", [uuids]),
    added("/somewhere/else", [uuids, data(["ay", Buffer.alloc(16)])]),
    added(`${adapter}/dev_zz`, [["Address", ["s", "nobody"]]]),
    added(`${path}/service0001`, [["UUID", ["u", 7]]], "org.bluez.GattService1"),
    changed(path, device, [["RSSI", ["s", "near"]]]),
    changed(path, device, [data(["u", 1])]),
    changed(path, device, [["Connected", ["s", "perhaps"]]]),
    changed(`${adapter}/dev_66_77_88_99_AA_BB`, device, [["RSSI", ["n", -60]]]),
    { path: "/", interface: objectManager, member: "InterfacesAdded", signature: "", body: [] },
    { path: "/", interface: objectManager, member: "InterfacesAdded", signature: "u", body: [7] },
    { path: "/", interface: objectManager, member: "InterfacesRemoved", signature: "ou", body: [path, 1] },
    { path: "/", interface: objectManager, member: "InterfacesRemoved", signature: "oas", body: [path, []] },
    {
      path,
      interface: "org.freedesktop.DBus.Properties",
      member: "PropertiesChanged",
      signature: "as",
      body: [[device]],
    },
  ];
}
