import { TocsinError } from "../errors.ts";

/** Standard alphabet, padded. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * Reads base64 in its one canonical form: standard alphabet, padded, no white space.
 * @throws BASE64_INVALID
 */
export function fromBase64(text: unknown, name: string): Uint8Array {
  if (typeof text !== "string" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new TocsinError("BASE64_INVALID", `${name} is not standard padded base64`);
  }
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new TocsinError("BASE64_INVALID", `${name} is not canonical base64`);
  return bytes;
}
