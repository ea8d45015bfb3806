import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import type { BlockStore } from "../ports/blockStore.ts";

/** Blocks as files named by their CID in one folder. */
export class FilesystemBlocks implements BlockStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<FilesystemBlocks> {
    await mkdir(folder, { recursive: true });
    return new FilesystemBlocks(folder);
  }

  /** Temporary file, fsync, rename, fsync of the folder: after a crash there is the whole block or none. */
  async put(cidDigest: Uint8Array, block: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, `.${randomBytes(8).toString("hex")}.tmp`);
    try {
      const file = await open(temporary, "wx", 0o644);
      try {
        await file.writeFile(block);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path(cidDigest));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    const folder = await open(this.#folder, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async get(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#path(cidDigest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  #path(cidDigest: Uint8Array): string {
    return join(this.#folder, cidOf(cidDigest));
  }
}
