/** What Tocsin uses on air, written out: the tests must not take it from the code that they check. */
export const tocsinService = "0000c019-0000-1000-8000-00805f9b34fb";
export const tocsinCharacteristic = "d61f4f27-3d6b-4b04-9e46-c9d2ea617f62";
