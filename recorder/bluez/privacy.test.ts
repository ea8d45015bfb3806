import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseAge, parsePrivacy, readPrivacy } from "./privacy.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tocsin-privacy-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe("BlueZ's privacy setting", () => {
  it.each([
    ["[General]\nPrivacy = device\n", "on"],
    ["[General]\nPrivacy=network", "on"],
    ["[General]\r\nPrivacy = on\r\n", "on"],
    ["[General]\nPrivacy = limited-device", "limited"],
    ["[General]\nPrivacy = limited-network", "limited"],
    ["[General]\nPrivacy = off", "off"],
    ["[General]\nPrivacy = Device", "off"],
    ["[General]\nprivacy = device", undefined],
    ["[General]\n#Privacy = device", undefined],
    ["[General]\nPrivacy = constructor", "off"],
    ["[General]\nName = x\n[Policy]\nPrivacy = device", undefined],
    ["[General]\nPrivacy = device\nPrivacy = off", "off"],
    ["[LE]\nScan = 1\n[General]\n  Privacy  =  device  ", "on"],
    ["", undefined],
  ])("of %j is %s", (text, privacy) => {
    expect(parsePrivacy(text)).toBe(privacy);
  });

  it("is one of the known ones for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(["off", "on", "limited"]).toContain(parsePrivacy(`[General]\nPrivacy=${text}`));
      }),
    );
  });

  it("is BlueZ's default without the file, and unknown where it cannot be read", () => {
    const path = folder();
    expect(readPrivacy(join(path, "main.conf"))).toBe("off");
    mkdirSync(join(path, "main.conf"));
    expect(readPrivacy(join(path, "main.conf"))).toBe("unknown");
  });

  it("is off where the file has none", () => {
    const file = join(folder(), "main.conf");
    writeFileSync(file, "[General]\n#Privacy = device\n");
    expect(readPrivacy(file)).toBe("off");
  });

  it("is unknown where a file in main.conf.d contradicts it, which only newer versions of BlueZ read", () => {
    const file = join(folder(), "main.conf");
    const added = (name: string, privacy: string): void => {
      writeFileSync(join(`${file}.d`, name), `[General]\n${privacy}\n`);
    };
    writeFileSync(file, "[General]\nPrivacy = device\n");
    mkdirSync(`${file}.d`);
    added("10-name.conf", "Name = x");
    added("50-same.conf", "Privacy = on");
    added("off.conf", "Privacy = off");
    added("60-off.conf~", "Privacy = off");
    expect(readPrivacy(file)).toBe("on");
    added("99-off_1.conf", "Privacy = off");
    expect(readPrivacy(file)).toBe("unknown");
    rmSync(join(`${file}.d`, "99-off_1.conf"));
    mkdirSync(join(`${file}.d`, "99-unreadable.conf"));
    expect(readPrivacy(file)).toBe("unknown");
  });

  it("is taken from the file where nobody can say when BlueZ started", () => {
    const file = join(folder(), "main.conf");
    writeFileSync(file, "[General]\nPrivacy = device\n");
    expect(readPrivacy(file)).toBe("on");
    // This process is not bluetoothd: its start says nothing.
    expect(readPrivacy(file, process.pid)).toBe("on");
    expect(readPrivacy(file, 0)).toBe("on");
  });
});

describe("the age of a process", () => {
  const stat = (name: string, start: string): string => `42 (${name}) S ${"0 ".repeat(18)}${start} 0 0`;

  it("is the time of the machine less its start, whatever the process is called", () => {
    expect(parseAge(stat("bluetoothd", "6000"), "100.5 7.0\n")).toBe(40.5);
    expect(parseAge(stat("a) b (c", "6000"), "100.5 7.0\n")).toBe(40.5);
  });

  it("is not known from anything else", () => {
    expect(parseAge("", "")).toBeUndefined();
    expect(parseAge(stat("x", "later"), "100 0")).toBeUndefined();
    expect(parseAge(stat("x", "20000"), "100 0")).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(parseAge(a, b) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("is found for this process", async () => {
    const { readFileSync } = await import("node:fs");
    const age = parseAge(readFileSync("/proc/self/stat", "utf8"), readFileSync("/proc/uptime", "utf8"));
    // Node counts from when it was loaded, which takes a busy machine its time.
    const loading = (age ?? 0) - process.uptime();
    expect(loading).toBeGreaterThan(-1);
    expect(loading).toBeLessThan(60);
  });
});
