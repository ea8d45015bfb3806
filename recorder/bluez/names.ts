/** Service 0xC019 and its characteristic, in the lower case and the full length in which BlueZ writes them. */
export const SERVICE_UUID = "0000c019-0000-1000-8000-00805f9b34fb";
export const CHARACTERISTIC_UUID = "d61f4f27-3d6b-4b04-9e46-c9d2ea617f62";

/** What peers that connect may read as the machine's name: the same for all, and no more than the service says. */
export const SHARED_NAME = "Tocsin";

export const BLUEZ = "org.bluez";
export const ADAPTER = "org.bluez.Adapter1";
export const ADVERTISING_MANAGER = "org.bluez.LEAdvertisingManager1";
export const ADVERTISEMENT = "org.bluez.LEAdvertisement1";
export const DEVICE = "org.bluez.Device1";
export const GATT_MANAGER = "org.bluez.GattManager1";
export const GATT_SERVICE = "org.bluez.GattService1";
export const GATT_CHARACTERISTIC = "org.bluez.GattCharacteristic1";
export const OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager";
export const PROPERTIES = "org.freedesktop.DBus.Properties";
export const DBUS = "org.freedesktop.DBus";

/** Below it are the objects that the recorder itself shows to BlueZ. */
export const OWN_OBJECTS = "/org/tocsin/recorder";
