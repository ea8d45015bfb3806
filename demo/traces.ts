import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
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

/** A file, and what was in it. */
export interface ReadFile {
  path: string;
  content: Buffer;
}

/** A file, or every file below a folder. Where one is renamed meanwhile, it looks anew. */
export function readAll(path: string): ReadFile[] {
  for (;;) {
    try {
      return pathsBelow(path).map((file) => ({ path: file, content: readFileSync(file) }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || !existsSync(path)) throw error;
    }
  }
}

function pathsBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
}

/** Looks for traces in files, byte for byte. @returns "name in file" for each that is found */
export function findTraces(files: readonly ReadFile[], traces: readonly Trace[]): string[] {
  return files.flatMap(({ path, content }) =>
    traces.filter(({ bytes }) => content.includes(bytes)).map(({ name }) => `${name} in ${path}`),
  );
}

/**
 * IPv4 addresses that stand in files as text.
 * @param own the relayer's own addresses, as it was told to use them
 */
export function findAddresses(files: readonly ReadFile[], own: readonly string[]): string[] {
  return files.flatMap(({ path, content }) => {
    let text = content.toString("latin1");
    for (const known of own) text = text.replaceAll(known, "");
    const found = text.match(/\b(?:\d{1,3}\.){3}\d{1,3}\b|::ffff:|remoteAddress/g) ?? [];
    return found.map((address) => `${address} in ${path}`);
  });
}
