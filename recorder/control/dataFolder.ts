import { chmodSync, mkdirSync, statSync, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { RecorderError } from "../errors.ts";

/** Only its owner may enter the folder, and read what is in it. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** Paths of what a recorder keeps. */
export interface DataFolder {
  path: string;
  keys: string;
  contacts: string;
  pairings: string;
  /** Over which the command line asks the recorder that runs. */
  socket: string;
  lock: string;
}

export function dataFolderAt(path: string): DataFolder {
  const folder = resolve(path);
  return {
    path: folder,
    keys: join(folder, "keys.json"),
    contacts: join(folder, "contacts.sqlite"),
    pairings: join(folder, "pairings.json"),
    socket: join(folder, "control.sock"),
    lock: join(folder, "lock"),
  };
}

/** What is at a path; undefined where nothing is. @throws DATA_FOLDER_UNUSABLE where this user may not look */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw outOfReach(path, error as Error);
  }
}

/** A file of the folder is not this user's to look at, or not where it is said to be. */
export function outOfReach(path: string, cause: Error): RecorderError {
  const message = `cannot look at ${path} (${cause.message}): do it as the user that the recorder runs for, or give another --data-dir`;
  return new RecorderError("DATA_FOLDER_UNUSABLE", message, { cause });
}

/** What only looks for something, or deletes it, makes no folder. @throws DATA_FOLDER_UNUSABLE where there is none */
export function assertDataFolder({ path }: DataFolder): void {
  if (statOf(path)?.isDirectory()) return;
  throw new RecorderError(
    "DATA_FOLDER_UNUSABLE",
    `there is no data folder at ${path}: give the --data-dir of the recorder`,
  );
}

/**
 * Makes the folder where it is missing, and holds it: at most one process at a time does, and one that dies lets go.
 * @returns a function that lets go of it
 * @throws RECORDER_RUNNING while another process holds it, DATA_FOLDER_UNUSABLE
 */
export function holdDataFolder(folder: DataFolder): () => void {
  try {
    mkdirSync(folder.path, { recursive: true, mode: PRIVATE_FOLDER });
    assertPrivate(folder.path);
    return lock(folder.lock);
  } catch (error) {
    if (error instanceof RecorderError) throw error;
    if ((error as { code?: string }).code === "SQLITE_BUSY") {
      throw new RecorderError("RECORDER_RUNNING", `a recorder is running with the folder ${folder.path}`);
    }
    const reason = (error as Error).message;
    const message = `cannot use the folder ${folder.path}: ${reason}`;
    throw new RecorderError("DATA_FOLDER_UNUSABLE", message, { cause: error });
  }
}

/** A folder that is there already is not changed: it may be one that others need, named by mistake. */
function assertPrivate(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  throw new RecorderError(
    "DATA_FOLDER_UNUSABLE",
    `others may look into the folder ${path}: close it with \`chmod 700\`, or give another --data-dir`,
  );
}

/** The transaction of an empty database stands for the lock: Node itself offers none that ends with the process. */
function lock(file: string): () => void {
  const database = new Sqlite(file, { timeout: 0 });
  try {
    chmodSync(file, PRIVATE_FILE);
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw error;
  }
  return () => {
    database.close();
  };
}
