/** What a D-Bus dictionary of properties became: unchecked values by name. */
export type Properties = Readonly<Record<string, unknown>>;
/** The interfaces of one object, by name. */
export type Interfaces = ReadonlyMap<string, Properties>;

/** The entries of a dictionary; none where it is none. Only what it holds itself counts, never what it inherits. */
export function readEntries(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return [];
  return Object.entries(value);
}

/** A value of a dictionary, or undefined. */
export function readValue(dictionary: unknown, name: string): unknown {
  return readEntries(dictionary).find(([key]) => key === name)?.[1];
}

export function readBoolean(dictionary: unknown, name: string): boolean | undefined {
  const value = readValue(dictionary, name);
  return typeof value === "boolean" ? value : undefined;
}

export function readString(dictionary: unknown, name: string): string | undefined {
  const value = readValue(dictionary, name);
  return typeof value === "string" ? value : undefined;
}

/** A whole number of 16 bits or fewer, or undefined. */
export function readInteger(dictionary: unknown, name: string): number | undefined {
  const value = readValue(dictionary, name);
  return Number.isInteger(value) && Math.abs(value as number) < 65_536 ? (value as number) : undefined;
}

/** Undefined unless it is a list of nothing but strings. */
export function readStrings(dictionary: unknown, name: string): string[] | undefined {
  const value = readValue(dictionary, name);
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

/** A copy, so that the message that it came in is not kept. Undefined unless it is bytes. */
export function readBytes(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? Uint8Array.from(value) : undefined;
}

/** The a{sa{sv}} of InterfacesAdded. What is not of that form is left out. */
export function decodeInterfaces(value: unknown): Interfaces {
  return new Map(
    readEntries(value).map(([name, properties]) => [name, Object.fromEntries(readEntries(properties))]),
  );
}

/** The a{oa{sa{sv}}} of GetManagedObjects, by path. What is not of that form is left out. */
export function decodeObjects(value: unknown): Map<string, Interfaces> {
  return new Map(readEntries(value).map(([path, interfaces]) => [path, decodeInterfaces(interfaces)]));
}
