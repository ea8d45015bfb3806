import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether BlueZ hides the adapter's own address. "limited": only while the adapter is not discoverable.
 * "unknown": the settings cannot be read or contradict each other, so that either may be true.
 */
export type Privacy = "off" | "on" | "limited" | "unknown";

const SETTINGS: Partial<Record<string, Privacy>> = {
  on: "on",
  network: "on",
  device: "on",
  "limited-network": "limited",
  "limited-device": "limited",
};

/**
 * `Privacy =` of group [General] in a file of BlueZ's settings; undefined where it has none. As in BlueZ the last one
 * counts, and what it does not know is off.
 */
export function parsePrivacy(text: string): Privacy | undefined {
  let group = "";
  let setting: string | undefined;
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    if (line.startsWith("[") && line.endsWith("]")) group = line.slice(1, -1);
    const [, key, value] = /^([^=#[]+)=(.*)$/.exec(line) ?? [];
    if (group === "General" && key?.trim() === "Privacy") setting = (value ?? "").trim();
  }
  if (setting === undefined) return undefined;
  return (Object.hasOwn(SETTINGS, setting) ? SETTINGS[setting] : undefined) ?? "off";
}

/** Files beside main.conf whose settings replace its own, in newer versions of BlueZ. */
const ADDED_FILE = /^[0-9]{2}-[\w-]*\.conf$/;

/** Ticks of /proc in a second. */
const TICKS = 100;
/** Seconds by which the two clocks that are compared may differ. */
const SLACK = 2;

/**
 * The privacy setting that BlueZ runs with. Without the file BlueZ has its default, which is off. It reads the file when
 * it starts: what was changed since then does not hold yet, and what held before is not known. Newer versions also read
 * those in the folder main.conf.d, and which version runs is not known either.
 * @param pid bluetoothd's, where it is known
 */
export function readPrivacy(file: string, pid?: number): Privacy {
  try {
    const setting = parsePrivacy(readFileSync(file, "utf8")) ?? "off";
    const added = addedFiles(`${file}.d`);
    const replaced = added.files.map((path) => parsePrivacy(readFileSync(path, "utf8")));
    if (replaced.some((other) => other !== undefined && other !== setting)) return "unknown";
    const age = pid === undefined ? undefined : secondsSinceStart(pid);
    const changed = Math.max(...[file, ...added.all].map((path) => statSync(path).mtimeMs));
    return age !== undefined && (Date.now() - changed) / 1000 + SLACK < age ? "unknown" : setting;
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    return code === "ENOENT" && path === file ? "off" : "unknown";
  }
}

/** Files of settings in a folder, and these with the folder itself, which changes when one is taken away. */
function addedFiles(folder: string): { files: string[]; all: string[] } {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return { files: [], all: [] };
  const files = readdirSync(folder)
    .filter((name) => ADDED_FILE.test(name))
    .map((name) => join(folder, name));
  return { files, all: [folder, ...files] };
}

/** How long bluetoothd runs; undefined where the process cannot be seen, or is another. */
function secondsSinceStart(pid: number): number | undefined {
  try {
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "bluetoothd") return undefined;
    return parseAge(readFileSync(`/proc/${pid}/stat`, "utf8"), readFileSync("/proc/uptime", "utf8"));
  } catch {
    return undefined;
  }
}

/** The age of a process in seconds, from /proc/PID/stat and /proc/uptime. Undefined where they are not of that form. */
export function parseAge(stat: string, uptime: string): number | undefined {
  // The name, which comes second, may hold anything: fields count from its closing bracket on, and the 22nd is the start.
  const started = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[22 - 3] ?? "") / TICKS;
  const now = Number.parseFloat(uptime);
  return started > 0 && now >= started ? now - started : undefined;
}
