import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { cidDigestFrom, cidOf } from "@tocsin/protocol/batch/cid.ts";
import { BlockStoreError, type BlockStore, type StoredBlocks } from "../ports/blockStore.ts";

const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/** Blocks as files named by their CID in one folder. */
export class FilesystemBlocks implements BlockStore {
  readonly name = "filesystem";
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws BlockStoreError where the folder cannot be made */
  static async open(folder: string): Promise<FilesystemBlocks> {
    await mkdir(folder, { recursive: true }).catch(fail);
    return new FilesystemBlocks(folder);
  }

  /**
   * Temporary file, fsync, rename, fsync of the folder: after a crash there is the whole block or none. A block that is
   * there is written again, since its file may be damaged.
   */
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
      fail(error);
    }
    await this.#syncFolder();
  }

  async get(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#path(cidDigest));
    } catch (error) {
      return isMissing(error) ? undefined : fail(error);
    }
  }

  async delete(cidDigest: Uint8Array): Promise<void> {
    await rm(this.#path(cidDigest), { force: true }).catch(fail);
    await this.#syncFolder();
  }

  /** Folders are left alone: whatever is in them was not put there by a relayer. */
  async list(): Promise<StoredBlocks> {
    const found: StoredBlocks = { blocks: [], strays: [] };
    for (const entry of await readdir(this.#folder, { withFileTypes: true }).catch(fail)) {
      if (entry.isDirectory()) continue;
      const cidDigest = cidDigestOfName(entry.name);
      if (cidDigest) found.blocks.push(cidDigest);
      else found.strays.push(entry.name);
    }
    return found;
  }

  async removeStray(name: string): Promise<void> {
    if (basename(name) !== name || cidDigestOfName(name)) {
      throw new BlockStoreError("STORE_FAILED", `${name} is not the name of a stray file`);
    }
    await rm(join(this.#folder, name), { force: true }).catch(fail);
  }

  /** Deletes what a put left that a crash ended. One that is in flight in another process fails, and is repeated. */
  async removeHalfWritten(): Promise<void> {
    const { strays } = await this.list();
    for (const name of strays.filter((stray) => TEMPORARY.test(stray))) await this.removeStray(name);
  }

  #path(cidDigest: Uint8Array): string {
    return join(this.#folder, cidOf(cidDigest));
  }

  /** A name is only durable once its folder is. */
  async #syncFolder(): Promise<void> {
    try {
      const folder = await open(this.#folder, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (error) {
      fail(error);
    }
  }
}

/** The cidDigest that a file's name stands for, or undefined when a block's file is not named so. */
function cidDigestOfName(name: string): Uint8Array | undefined {
  try {
    const cidDigest = cidDigestFrom(name);
    return cidOf(cidDigest) === name ? cidDigest : undefined;
  } catch {
    return undefined;
  }
}

const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function fail(error: unknown): never {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (FULL.includes(code)) {
    throw new BlockStoreError("STORAGE_FULL", `the disk is full (${code})`, { cause: error });
  }
  throw new BlockStoreError("STORE_FAILED", message, { cause: error });
}
