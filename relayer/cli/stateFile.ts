import { open, readFile, rename, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CheckMemory, Remembered, RememberedBatch } from "@tocsin/protocol/check/memory.ts";
import { formatMemory, formatRememberedBatch, parseMemory } from "@tocsin/protocol/check/memoryLines.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { CliError } from "./errors.ts";
import { PRIVATE, unwritable } from "./files.ts";
import { note } from "./output.ts";

/**
 * A check's memory in a file that only its owner may read: `begin` replaces it whole, and each batch appends a line. It
 * writes through the file that it began, so that of two checks at once one does not add to what the other began.
 */
export class StateFile implements CheckMemory {
  readonly #path: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Nothing where there is no file, or none of this version, which is noted. @throws INPUT_UNREADABLE */
  async load(): Promise<Remembered | undefined> {
    const lines = (await this.#read())?.split("\n");
    // What follows the last line break was torn off, or is nothing.
    lines?.pop();
    if (!lines) return undefined;
    try {
      const { remembered, broken } = parseMemory(lines);
      if (broken > 0) note(`${this.#path}: ${broken} lines cannot be read and are passed over`);
      return remembered;
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      note(`${this.#path} is not the state of a check by this version and is replaced: ${error.message}`);
      return undefined;
    }
  }

  /** @throws OUTPUT_UNWRITABLE */
  async begin(remembered: Remembered): Promise<void> {
    const folder = dirname(this.#path);
    const temporary = join(folder, `.${basename(this.#path)}.${process.pid}`);
    try {
      this.#file = await open(temporary, "wx", PRIVATE);
      let text = "";
      for (const line of formatMemory(remembered)) text += `${line}\n`;
      await this.#file.writeFile(text);
      await this.#file.sync();
      await rename(temporary, this.#path);
      await syncFolder(folder);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw unwritable(this.#path, error);
    }
  }

  /** @throws OUTPUT_UNWRITABLE */
  async addBatch(batch: RememberedBatch): Promise<void> {
    try {
      await this.#file?.writeFile(`${formatRememberedBatch(batch)}\n`);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new CliError("INPUT_UNREADABLE", `cannot read ${this.#path}: ${(error as Error).message}`);
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
