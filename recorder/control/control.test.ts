import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Pages } from "../bridge/pages.ts";
import { Pairings } from "../bridge/pairings.ts";
import { RecorderError } from "../errors.ts";
import { systemClock } from "../systemClock.ts";
import { askRecorder } from "./client.ts";
import { dataFolderAt, holdDataFolder, type DataFolder } from "./dataFolder.ts";
import { startControl } from "./server.ts";

let parent: string;
let folder: DataFolder;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "tocsin-control-"));
  folder = dataFolderAt(join(parent, "deep", "data"));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const failing = (code: string) => expect.objectContaining({ code }) as Error;

describe("a data folder", () => {
  it("is made for its owner alone, and held by one at a time", () => {
    const release = holdDataFolder(folder);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(statSync(folder.lock).mode & 0o777).toBe(0o600);
    expect(() => holdDataFolder(folder)).toThrow(failing("RECORDER_RUNNING"));
    // That another one tried does not open it to a third.
    expect(() => holdDataFolder(folder)).toThrow(failing("RECORDER_RUNNING"));
    release();
    holdDataFolder(folder)();
  });

  it("that others may look into is refused, and left as it is", () => {
    mkdirSync(folder.path, { recursive: true });
    for (const mode of [0o755, 0o710, 0o701]) {
      chmodSync(folder.path, mode);
      expect(() => holdDataFolder(folder)).toThrow(failing("DATA_FOLDER_UNUSABLE"));
      expect(statSync(folder.path).mode & 0o777).toBe(mode);
    }
    expect(existsSync(folder.lock)).toBe(false);
  });

  it("that is a file is refused", () => {
    mkdirSync(join(parent, "deep"));
    writeFileSync(folder.path, "");
    expect(() => holdDataFolder(folder)).toThrow(failing("DATA_FOLDER_UNUSABLE"));
  });
});

describe("the control socket", () => {
  const parts = () => {
    const recorder = {
      status: () => ({ state: "recording" }) as never,
      handOut: () => Promise.reject(new RecorderError("NOTHING_TO_HAND_OUT", "nothing was sent then")),
      handedOut: () => [],
      eraseKeys: () => Promise.reject(new RecorderError("KEYS_UNWRITABLE", "the disk is full")),
    };
    const pairings = Pairings.open(folder.pairings);
    const pages = new Pages({ recorder, pairings, clock: systemClock, note: () => undefined });
    return { recorder, pages, bridgeUrl: undefined, socket: folder.socket };
  };

  it("is its owner's alone, takes the place of one that nobody listens on, and goes with the recorder", async () => {
    const release = holdDataFolder(folder);
    writeFileSync(folder.socket, "left behind");
    const stop = await startControl(parts());
    expect(statSync(folder.socket).mode & 0o777).toBe(0o600);
    expect(await askRecorder(folder.socket, "GET", "/status")).toEqual({
      recorder: { state: "recording" },
      pages: [],
      requests: [],
    });
    await stop();
    release();
    await expect(askRecorder(folder.socket, "GET", "/status")).rejects.toMatchObject({
      code: "RECORDER_NOT_RUNNING",
    });
  });

  it("passes on why something was refused or failed", async () => {
    const release = holdDataFolder(folder);
    const stop = await startControl(parts());
    const ask = (method: "POST" | "DELETE", path: string, body?: object) =>
      askRecorder(folder.socket, method, path, body);
    const windows = [{ from: 1, to: 2 }];
    await expect(ask("POST", "/hand-outs", { windows })).rejects.toMatchObject({
      code: "NOTHING_TO_HAND_OUT",
    });
    await expect(ask("POST", "/hand-outs", {})).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    await expect(ask("DELETE", "/keys")).rejects.toThrow(failing("KEYS_UNWRITABLE"));
    await expect(ask("DELETE", "/keys")).rejects.toThrow("the disk is full");
    await expect(ask("POST", "/pairing-codes")).rejects.toMatchObject({ code: "BRIDGE_OFF" });
    await expect(ask("POST", "/nothing")).rejects.toMatchObject({ code: "REQUEST_UNKNOWN" });
    await stop();
    release();
  });

  it("with the keys deletes what pages asked for and were granted", async () => {
    const release = holdDataFolder(folder);
    const given = parts();
    const recorder = { ...given.recorder, eraseKeys: () => Promise.resolve(2) };
    const stop = await startControl({ ...given, recorder });
    const { id } = given.pages.requestKeys("https://tocsin.example", [{ from: 1, to: 2 }]);
    expect(await askRecorder(folder.socket, "DELETE", "/keys")).toEqual({ erased: 2 });
    expect(() => given.pages.requestState("https://tocsin.example", id)).toThrow(failing("REQUEST_UNKNOWN"));
    await stop();
    release();
  });

  it("needs a path that the system takes", async () => {
    const long = join(parent, "x".repeat(100), "control.sock");
    await expect(startControl({ ...parts(), socket: long })).rejects.toMatchObject({
      code: "DATA_FOLDER_UNUSABLE",
      message: expect.stringContaining("--data-dir") as string,
    });
  });
});
