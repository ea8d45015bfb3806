import { accessSync, constants, type Stats } from "node:fs";
import { createServer } from "node:net";
import { askRecorder } from "../control/client.ts";
import { statOf, type DataFolder } from "../control/dataFolder.ts";
import { assertSocketPath, type ControlStatus } from "../control/server.ts";
import { RecorderError } from "../errors.ts";
import { KeyFile } from "../keys/keyFile.ts";
import { localTime } from "./words.ts";

/** One thing that a user should know. */
export interface Check {
  /** Stable. */
  code: string;
  /** "warning": the recorder works, with less. "fault": it does not start, or what it records is worth nothing. */
  level: "ok" | "warning" | "fault";
  /** What is so, and what to do about it. */
  sentence: string;
}

/** No clock that is right shows an earlier time. Unix seconds: the start of 2026. */
const EARLIEST = 1_767_225_600;
/** Seconds by which file systems may be ahead of the clock. */
const TOLERANCE = 60;

/** Whether the recorder can keep its files there, and others cannot read them. Changes nothing. */
export function checkFolder(folder: DataFolder): Check[] {
  try {
    const stats = statOf(folder.path);
    if (!stats) return [ok("DATA_FOLDER_READY", `${folder.path} will be made at the first start`)];
    if (!stats.isDirectory()) return [unusable(`${folder.path} is no folder: give another --data-dir`)];
    accessSync(folder.path, constants.R_OK | constants.W_OK | constants.X_OK);
    assertSocketPath(folder.socket);
    if (isOpen(stats)) return [unusable(`others may look into ${folder.path}: close it with «chmod 700»`)];
    const open = [folder.keys, folder.contacts, folder.pairings].filter((file) => isOpen(statOf(file)));
    if (open.length === 0) return [ok("DATA_FOLDER_READY", `only its owner can look into ${folder.path}`)];
    return open.map((file) => warning("FILE_OPEN", `others may read ${file}: close it with «chmod 600»`));
  } catch (error) {
    if (error instanceof RecorderError) return [unusable(error.message)];
    return [unusable(`this user cannot write to ${folder.path}: own it, or give another --data-dir`)];
  }
}

/** Whether there are keys, and whether they can be read. */
export async function checkKeys(folder: DataFolder): Promise<Check> {
  try {
    if (!statOf(folder.keys)) return ok("KEYS_READY", "keys will be made at the first start");
    await KeyFile.open(folder.keys);
    return ok("KEYS_READY", "keys are there, not sealed: a passphrase would seal them");
  } catch (error) {
    if (!(error instanceof RecorderError)) throw error;
    if (error.code === "PASSPHRASE_MISSING")
      return ok("KEYS_SEALED", "keys are there, sealed with a passphrase");
    return fault(error.code, error.message);
  }
}

/** Whether the clock can be right: numbers are compared by the times at which they were seen. */
export function checkClock(folder: DataFolder): Check {
  const now = Math.floor(Date.now() / 1000);
  const shown = `the clock shows ${localTime(now)}`;
  if (now < EARLIEST) return fault("CLOCK_WRONG", `${shown}: set it, or let it be set over the network`);
  const written = writtenAt(folder.keys);
  if (now + TOLERANCE < written / 1000) {
    return warning("CLOCK_SET_BACK", `${shown}, which is before keys were last written: is it right?`);
  }
  return ok("CLOCK_READY", shown);
}

/** Whether a recorder runs already, and whether there is room for its bridge. @param port undefined: no bridge */
export async function checkRunning(folder: DataFolder, port: number | undefined): Promise<Check[]> {
  try {
    const { problem } = (await askRecorder<ControlStatus>(folder.socket, "GET", "/status")).recorder;
    if (problem) return [warning(problem.code, `a recorder is running, and waits: ${problem.message}`)];
    return [ok("RECORDER_RUNNING", "a recorder is running, and records")];
  } catch (error) {
    if (!(error instanceof RecorderError)) throw error;
    const { code, message } = error;
    const isMissing = code === "RECORDER_NOT_RUNNING";
    return [
      isMissing ? ok(code, "no recorder is running") : fault(code, message),
      ...(await checkPort(port)),
    ];
  }
}

async function checkPort(port: number | undefined): Promise<Check[]> {
  if (port === undefined) return [];
  if (await canListen(port)) return [ok("PORT_FREE", `port ${port} is free for the bridge`)];
  return [
    fault("PORT_IN_USE", `port ${port} is taken by another program: give another --port, or --no-bridge`),
  ];
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Milliseconds; 0 where there is no such file, or none that this user may look at: other checks say so. */
function writtenAt(file: string): number {
  try {
    return statOf(file)?.mtimeMs ?? 0;
  } catch {
    return 0;
  }
}

function isOpen(stats: Stats | undefined): boolean {
  return stats !== undefined && (stats.mode & 0o077) !== 0;
}

function ok(code: string, sentence: string): Check {
  return { code, level: "ok", sentence };
}

function warning(code: string, sentence: string): Check {
  return { code, level: "warning", sentence };
}

function fault(code: string, sentence: string): Check {
  return { code, level: "fault", sentence };
}

function unusable(sentence: string): Check {
  return fault("DATA_FOLDER_UNUSABLE", sentence);
}
