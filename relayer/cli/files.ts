import { mkdir, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { CliError } from "./errors.ts";

/** Only its owner may read a file that says something about a person. */
export const PRIVATE = 0o600;

/** Writes a file that must not exist yet and that only its owner may read. @throws FILE_EXISTS, OUTPUT_UNWRITABLE */
export async function writeNewPrivateFile(path: string, text: string): Promise<void> {
  try {
    await writeWhole(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new CliError("FILE_EXISTS", `${path} exists already and is not overwritten`);
    }
    throw unwritable(path, error);
  }
}

/** Writes a file whole or not at all, in place of any earlier one; only its owner may read it. @throws OUTPUT_UNWRITABLE */
export async function replacePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    await writeWhole(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw unwritable(path, error);
  }
}

/** Writes proof files, each named by its leaf, into a folder that is made where it is missing. Gives their paths. */
export async function writeProofs(folder: string, proofs: readonly Proof[]): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
  return Promise.all(
    proofs.map(async (proof) => {
      const path = join(folder, `${toHex(proof.leaf)}.json`);
      await replacePrivateFile(path, formatProof(proof));
      return path;
    }),
  );
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "wx", PRIVATE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The failure of writing a file. */
export function unwritable(path: string, error: unknown): CliError {
  return new CliError("OUTPUT_UNWRITABLE", `cannot write ${path}: ${(error as Error).message}`);
}
