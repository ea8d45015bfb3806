import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes what was written to SQLite's write-ahead log durable, without the thread that writes: with synchronous = NORMAL
 * SQLite itself syncs the log only before it moves pages out of it, so that a commit is safe from a crash of the process
 * at once, and from one of the machine after `sync`.
 */
export class LogSync {
  readonly #file: string;
  #log: FileHandle | undefined;
  #failure: Error | undefined;

  /** @param file of the database, which is in WAL mode and held by this process alone */
  constructor(file: string) {
    this.#file = file;
  }

  /** @throws where the log could not be synced, now or ever: what the disk kept of it is not known then */
  async sync(): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      this.#log ??= await this.#open();
      await this.#log.datasync();
    } catch (error) {
      this.#failure = error as Error;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#log?.close();
    this.#log = undefined;
  }

  async #open(): Promise<FileHandle> {
    const folder = await open(dirname(this.#file), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return open(`${this.#file}-wal`, "r+");
  }
}
