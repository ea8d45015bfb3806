import { assertDataFolder, holdDataFolder, type DataFolder } from "../control/dataFolder.ts";
import { RecorderError } from "../errors.ts";

/**
 * Does something with a data folder: through the recorder that runs with it, or directly where none does; then none can
 * start meanwhile.
 * @throws DATA_FOLDER_UNUSABLE where there is no such folder, or as the functions
 */
export async function throughOrDirectly<T>(
  folder: DataFolder,
  through: () => Promise<T>,
  directly: () => T | Promise<T>,
): Promise<T> {
  assertDataFolder(folder);
  let release: () => void;
  try {
    release = holdDataFolder(folder);
  } catch (error) {
    if (error instanceof RecorderError && error.code === "RECORDER_RUNNING") return through();
    throw error;
  }
  try {
    return await directly();
  } finally {
    release();
  }
}
