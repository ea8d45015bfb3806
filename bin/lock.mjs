import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { note, root } from "./root.mjs";

const folder = join(root, "bin", ".locks");
const heartbeat = 2_000;
const staleAfter = 20_000;

/**
 * Runs `work` while no other process of this repository holds the lock `name`. A holder that died is
 * noticed by its process id on this machine, and by a missing heartbeat anywhere else.
 */
export async function withLock(name, work) {
  const path = join(folder, name);
  await take(path, name);
  const release = () => rmSync(path, { recursive: true, force: true });
  const beat = setInterval(() => touch(path), heartbeat);
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

async function take(path, name) {
  mkdirSync(folder, { recursive: true });
  for (let waits = 0; ; waits++) {
    try {
      mkdirSync(path);
      writeFileSync(join(path, "owner"), JSON.stringify({ pid: process.pid, host: hostname() }));
      return;
    } catch (error) {
      // EPERM and ENOENT: on Windows a folder that is being deleted; elsewhere a stale one moved away in between.
      if (!["EEXIST", "EPERM", "ENOENT"].includes(error.code) || (error.code !== "EEXIST" && waits > 100))
        throw error;
    }
    const stale = staleOwner(path);
    if (stale !== undefined) setAside(path, stale);
    else {
      if (waits === 5) note(`waiting for another process (${name})`);
      await sleep(200);
    }
  }
}

/** The owner's record when the lock is dead, else undefined. A lock without a record is dead once it is old. */
function staleOwner(path) {
  const record = read(path);
  try {
    const { pid, host } = JSON.parse(record);
    if (host === hostname() && !isAlive(pid)) return record;
  } catch {
    // Being written this moment, or left half written: its age decides.
  }
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  return age > staleAfter ? record : undefined;
}

/** Moves a dead lock out of the way. Where another process was quicker, the lock moved is its living one: put it back. */
function setAside(path, owner) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) === owner) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, path);
}

function read(path) {
  try {
    return readFileSync(join(path, "owner"), "utf8");
  } catch {
    return "";
  }
}

function touch(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Gone: the folder was deleted by hand, and there is nothing to keep alive.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
