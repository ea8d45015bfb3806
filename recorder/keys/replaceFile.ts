import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file whole or not at all, in place of any earlier one; only its owner may read it. Its new name is durable as
 * well, so that no crash brings the old content back. Throws what the file system says.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  withFile(openSync(temporary, "wx", 0o600), (file) => {
    writeFileSync(file, text);
    fsyncSync(file);
  });
  renameSync(temporary, path);
  withFile(openSync(dirname(path), "r"), fsyncSync);
}

function withFile(file: number, use: (file: number) => void): void {
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}
