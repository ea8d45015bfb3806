import { open, unlink } from "node:fs/promises";
import { CliError } from "@tocsin/relayer/cli/errors.ts";
import { PRIVATE, unwritable } from "@tocsin/relayer/cli/files.ts";

/** A new file that is there before what belongs into it. */
export interface ReservedFile {
  /** Writes its content, durably. @throws OUTPUT_UNWRITABLE */
  fill(text: string): Promise<void>;
  /** Removes it again. */
  drop(): Promise<void>;
}

/** Makes an empty file that only its owner may read. @throws FILE_EXISTS, OUTPUT_UNWRITABLE */
export async function reserveFile(path: string): Promise<ReservedFile> {
  const file = await open(path, "wx", PRIVATE).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(path, error);
    throw new CliError("FILE_EXISTS", `${path} exists already and is not overwritten`);
  });
  return {
    async fill(text) {
      try {
        await file.writeFile(text);
        await file.sync();
      } catch (error) {
        throw unwritable(path, error);
      } finally {
        await file.close();
      }
    },
    async drop() {
      await file.close();
      await unlink(path);
    },
  };
}
