import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Something that a relayer must not hold, and the name to show for it. */
export interface Trace {
  name: string;
  bytes: Buffer;
}

/** A number in each of the forms in which it could be kept: bytes, hex, base64. */
export function tracesOf(name: string, hex: string): Trace[] {
  const raw = Buffer.from(hex, "hex");
  const forms = [raw, Buffer.from(hex), Buffer.from(hex.toUpperCase()), Buffer.from(raw.toString("base64"))];
  return forms.map((bytes) => ({ name, bytes }));
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
}

/** Looks for traces in files, byte for byte. @returns "name in file" for each that is found */
export function findTraces(files: readonly string[], traces: readonly Trace[]): string[] {
  return files.flatMap((file) => {
    const content = readFileSync(file);
    return traces.filter(({ bytes }) => content.includes(bytes)).map(({ name }) => `${name} in ${file}`);
  });
}

/**
 * IPv4 addresses that stand in files as text.
 * @param own the relayer's own addresses, as it was told to use them
 */
export function findAddresses(files: readonly string[], own: readonly string[]): string[] {
  return files.flatMap((file) => {
    let content = readFileSync(file, "latin1");
    for (const known of own) content = content.replaceAll(known, "");
    const found = content.match(/\b(?:\d{1,3}\.){3}\d{1,3}\b|::ffff:|remoteAddress/g) ?? [];
    return found.map((address) => `${address} in ${file}`);
  });
}
