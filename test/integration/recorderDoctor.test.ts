import { once } from "node:events";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { jsonLines } from "../support/tocsin.ts";
import { RecorderBench } from "./support/recorderBench.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let bench: RecorderBench;
beforeEach(async () => {
  bench = await RecorderBench.start();
});

describe("tocsin-recorder doctor", () => {
  const findings = async (...args: string[]) => {
    const { code, stdout } = await bench.command(["doctor", "--json", ...args]);
    const { works, findings: all } = jsonLines(stdout)[0] as {
      works: boolean;
      findings: { code: string; level: string; used?: boolean }[];
    };
    expect(code).toBe(works ? 0 : 1);
    return { works, faults: all.filter(({ level }) => level === "fault").map(({ code: name }) => name), all };
  };

  it("finds nothing wrong with a machine that is fine, also while the recorder runs", async () => {
    expect(await findings()).toMatchObject({ works: true, faults: [] });
    await bench.run();
    const { works, all } = await findings();
    expect(works).toBe(true);
    expect(all.map(({ code }) => code)).toContain("RECORDER_RUNNING");
    const { code, stdout } = await bench.command(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}hci0: /m);
  });

  it("says that BlueZ does not run, and that there is no bus", async () => {
    await bench.machine.bluez.end();
    expect((await findings()).faults).toEqual(["BLUETOOTH_UNAVAILABLE"]);
    const { code, stdout } = await bench.command(["doctor"], {
      DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bench.at("none")}`,
    });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^fault {4}.*D-Bus/m)]);
  });

  it("says that the adapter is off, or not the one that is asked for", async () => {
    bench.machine.adapter.setPowered(false);
    expect((await findings()).faults).toEqual(["ADAPTER_OFF"]);
    bench.machine.adapter.setPowered(true);
    expect((await findings("--adapter", "hci7")).faults).toEqual(["ADAPTER_MISSING"]);
  });

  it.each([
    [{ canAdvertise: false }, "ADAPTER_INCAPABLE"],
    [{ privacy: true, extended: false }, "ADAPTER_ADDRESS_SHARED"],
  ])("says that an adapter cannot be used: %o", async (options, code) => {
    bench = await RecorderBench.start(options);
    expect((await findings()).faults).toEqual([code]);
  });

  it("says what is wrong with the data folder, the keys and the port", async () => {
    mkdirSync(bench.at("data"));
    chmodSync(bench.at("data"), 0o755);
    writeFileSync(bench.at("data", "keys.json"), "{", { mode: 0o600 });
    const port = new URL(
      (await bench.run([], { TOCSIN_RECORDER_DATA_DIR: bench.at("other") })).bridgeUrl ?? "",
    ).port;
    expect((await findings("--port", port)).faults).toEqual([
      "DATA_FOLDER_UNUSABLE",
      "KEYS_DAMAGED",
      "PORT_IN_USE",
    ]);
    expect((await findings("--port", port, "--no-bridge")).faults).not.toContain("PORT_IN_USE");
  });

  it("says once that the data folder cannot be looked into", async () => {
    // Root may look everywhere, but nobody to the end of this.
    symlinkSync("data", bench.at("data"));
    const { faults, all } = await findings();
    expect(faults).toEqual(["DATA_FOLDER_UNUSABLE"]);
    expect(all.map(({ code }) => code)).toContain("CLOCK_READY");
  });

  it("says why a recorder that is there gives no answer", async () => {
    mkdirSync(bench.at("data"), { mode: 0o700 });
    const refusal = { code: "DATABASE_DAMAGED", message: "contacts.sqlite is damaged" };
    const failing = createServer((_, response) => response.writeHead(500).end(JSON.stringify(refusal)));
    await once(failing.listen(bench.at("data", "control.sock")), "listening");
    try {
      const { faults, all } = await findings();
      expect(faults).toEqual([refusal.code]);
      expect(all.map(({ code }) => code)).not.toContain("RECORDER_NOT_RUNNING");
    } finally {
      failing.close();
    }
  });

  it("does not take a recorder that hangs for none", async () => {
    mkdirSync(bench.at("data"), { mode: 0o700 });
    const hanging = createServer((request) => request.socket.destroy());
    await once(hanging.listen(bench.at("data", "control.sock")), "listening");
    try {
      expect((await findings()).faults).toEqual(["RECORDER_SILENT"]);
    } finally {
      hanging.close();
    }
  });
});
