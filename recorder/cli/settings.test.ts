import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readSettings } from "./settings.ts";

const VARIABLES = ["DATA_DIR", "ADAPTER", "PORT", "LISTEN", "PAUSE", "BLUEZ_CONFIG"];
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(`TOCSIN_RECORDER_${name}`, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it("flags come before the environment, and that before the defaults", () => {
  const names = ["port", "listen", "adapter", "bluezConfig"] as const;
  expect(readSettings({}, ...names)).toEqual({
    port: 8430,
    listen: 20,
    adapter: undefined,
    bluezConfig: "/etc/bluetooth/main.conf",
  });
  vi.stubEnv("TOCSIN_RECORDER_PORT", "9000");
  vi.stubEnv("TOCSIN_RECORDER_LISTEN", "5");
  vi.stubEnv("TOCSIN_RECORDER_ADAPTER", "");
  expect(readSettings({ port: "0" }, ...names)).toMatchObject({ port: 0, listen: 5, adapter: undefined });
});

it("every fault is named at once, by flag and variable", () => {
  vi.stubEnv("TOCSIN_RECORDER_PAUSE", "-1");
  const flags = { port: "80", adapter: "../hci0", listen: "x", dataDir: "" };
  let message = "";
  try {
    readSettings(flags, "port", "adapter", "listen", "pause", "dataDir", "bluezConfig");
  } catch (error) {
    message = (error as Error).message;
  }
  for (const flag of ["--port", "--adapter", "--listen", "--pause", "--data-dir"])
    expect(message).toContain(flag);
  expect(message).toContain("TOCSIN_RECORDER_PAUSE");
  expect(message).not.toContain("--bluez-config");
});
