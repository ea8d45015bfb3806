import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { kernelOf } from "../../test/support/radio/simulatedAdapter.ts";
import { bluezBench, openBluezBench, until, type BenchOptions } from "../../test/support/radio/bluezBench.ts";
import type { Adapter, Surroundings } from "./adapters.ts";
import { inspectAdapters, readBlocked } from "./inspectAdapters.ts";
import { judgeAdapter, type Finding } from "./judgeAdapter.ts";

const EXPERIMENT = "15c0a148-c273-11ea-b3de-0242ac130004";

async function inspect(options: BenchOptions = {}): Promise<Finding[]> {
  const { bus, config } = await bluezBench(options);
  return inspectAdapters({
    busAddress: bus.address,
    privacyConfig: config,
    rfkill: "/nowhere",
    kernelRelease: kernelOf(options),
  });
}
const codes = (findings: Finding[], level?: Finding["level"]): string[] =>
  findings.filter((finding) => level === undefined || finding.level === level).map(({ code }) => code);
const sentenceOf = (findings: Finding[], code: string): string =>
  findings.find((finding) => finding.code === code)?.sentence ?? "";

describe("a look at the adapters", () => {
  it("finds nothing wrong with a good one, and says what it could do besides", async () => {
    const findings = await inspect();
    expect(codes(findings)).toEqual([
      "BLUETOOTH_READY",
      "ADAPTER_ON",
      "ADVERTISING_READY",
      "TRANSMIT_POWER_KNOWN",
      "ADDRESSES_FRESH",
      "CONNECTIONS_OFF",
      "LISTENING_READY",
    ]);
    expect(codes(findings, "fault")).toEqual([]);
    expect(sentenceOf(findings, "CONNECTIONS_OFF")).toContain("as they do on most machines");
    expect(findings.slice(1).every(({ adapter }) => adapter === "hci0")).toBe(true);
  });

  it("finds nothing at all to say against privacy and extended advertising", async () => {
    const findings = await inspect({ privacy: true });
    expect(codes(findings)).toContain("CONNECTIONS_READY");
    expect(codes(findings, "ok")).toEqual(codes(findings));
  });

  it.each<[string, BenchOptions]>([
    ["ADAPTER_ADDRESS_SHARED", { privacy: true, extended: false }],
    ["ADAPTER_ADDRESS_SHARED", { privacy: true, linkLayerPrivacy: true }],
    ["ADAPTER_ADDRESS_SHARED", { privacy: true, experimentalFeatures: [EXPERIMENT] }],
    ["ADAPTER_INCAPABLE", { canAdvertise: false }],
    ["ADAPTER_MISSING", { adapters: [] }],
  ])("finds %s with %o", async (code, options) => {
    expect(codes(await inspect(options), "fault")).toEqual([code]);
  });

  it("warns of connections where a name would show, and says which and what to do", async () => {
    const { adapter, bus, config, radio } = await openBluezBench({ privacy: true, alias: "anna's laptop" });
    const look = () =>
      inspectAdapters({
        busAddress: bus.address,
        privacyConfig: config,
        rfkill: "/nowhere",
        kernelRelease: kernelOf({}),
      });
    const findings = await look();
    expect(codes(findings, "warning")).toEqual(["CONNECTIONS_OFF"]);
    const sentence = sentenceOf(findings, "CONNECTIONS_OFF");
    expect(sentence).toContain("«anna's laptop»");
    expect(sentence).toContain("«bluetoothctl system-alias Tocsin»");
    adapter.setAlias("Tocsin");
    await until(() => expect(radio.facts()?.canConnect).toBe(true));
    expect(codes(await look())).toContain("CONNECTIONS_READY");
  });

  it("finds what an adapter's state forbids", async () => {
    const { adapter, bus, config, radio } = await openBluezBench({ extended: false });
    const look = () =>
      inspectAdapters({ busAddress: bus.address, privacyConfig: config, rfkill: "/nowhere" });
    await radio.listen();
    expect(codes(await look(), "warning")).toEqual(["CONNECTIONS_OFF", "LISTENING_SHARED"]);
    adapter.setDiscoverable(true);
    expect(sentenceOf(await look(), "ADAPTER_ADDRESS_EXPOSED")).toContain("bluetoothctl discoverable off");
    adapter.endDiscoverable();
    expect(sentenceOf(await look(), "ADAPTER_ADDRESS_EXPOSED")).toContain("bluetoothctl connectable off");
    adapter.setPowered(false);
    expect(codes(await look(), "fault")).toEqual(["ADAPTER_OFF"]);
  });

  it("says that an older BlueZ does not tell all, with privacy off", async () => {
    const warned = await inspect({ tellsConnectable: false });
    expect(sentenceOf(warned, "CONNECTABLE_UNKNOWN")).toContain("systemctl restart bluetooth");
    expect(codes(await inspect({ tellsConnectable: false, privacy: true }))).not.toContain(
      "CONNECTABLE_UNKNOWN",
    );
  });

  it("finds what keeps the recorder from BlueZ itself", async () => {
    const { bus, bluez, config } = await bluezBench();
    await bluez.end();
    const look = (busAddress: string) => inspectAdapters({ busAddress, privacyConfig: config });
    expect(await look(bus.address)).toEqual([
      {
        code: "BLUETOOTH_UNAVAILABLE",
        level: "fault",
        sentence: expect.stringContaining("BlueZ is not running"),
      },
    ]);
    expect(await look("unix:path=/nowhere")).toEqual([
      { code: "BLUETOOTH_UNAVAILABLE", level: "fault", sentence: expect.stringContaining("D-Bus") },
    ]);
    await bluez.begin();
  });
});

describe("the verdict on an adapter", () => {
  const adapter: Adapter = {
    path: "/org/bluez/hci0",
    name: "hci0",
    alias: "Tocsin",
    isPowered: false,
    isBlocked: false,
    isDiscoverable: false,
    isConnectable: false,
    isDiscovering: false,
    roles: ["central", "peripheral"],
    experiments: [],
    hasGattManager: true,
    advertising: { free: 1, active: 0, includesTxPower: false, isExtended: true },
  };

  const judge = (judged: Adapter, privacy: Surroundings["privacy"], blocked: Set<string>): Finding[] =>
    judgeAdapter(judged, { privacy, kernelRelease: "6.12.0" }, blocked);

  it("names the switch that keeps it off", () => {
    expect(codes(judge(adapter, "on", new Set()), "fault")).toEqual(["ADAPTER_OFF"]);
    expect(codes(judge(adapter, "on", new Set(["hci0"])), "fault")).toEqual(["ADAPTER_BLOCKED"]);
    expect(codes(judge({ ...adapter, isBlocked: true }, "on", new Set()), "fault")).toEqual([
      "ADAPTER_BLOCKED",
    ]);
  });

  it("warns of what it lacks", () => {
    const on = { ...adapter, isPowered: true };
    expect(codes(judge(on, "on", new Set()), "warning")).toEqual(["TRANSMIT_POWER_UNKNOWN"]);
    expect(codes(judge({ ...on, hasGattManager: false }, "on", new Set()), "warning")).toContain(
      "CONNECTIONS_OFF",
    );
    expect(codes(judge({ ...on, roles: ["peripheral"] }, "on", new Set()), "fault")).toEqual([
      "ADAPTER_INCAPABLE",
    ]);
    const full = { ...on, advertising: { free: 0, active: 5, includesTxPower: true, isExtended: true } };
    expect(codes(judge(full, "on", new Set()), "fault")).toEqual(["ADAPTER_BUSY"]);
  });

  it("says why there are no connections, and never to switch on privacy for them", () => {
    const on = { ...adapter, isPowered: true };
    const legacy = { free: 1, active: 0, includesTxPower: false, isExtended: false };
    const sentences = (["off", "limited", "on", "unknown"] as const).flatMap((privacy) =>
      ["6.12.0", "6.14.0", "odd"].flatMap((kernelRelease) =>
        [
          on,
          { ...on, hasGattManager: false },
          { ...on, advertising: legacy },
          { ...on, isDiscoverable: true },
        ]
          .flatMap((one) => judgeAdapter(one, { privacy, kernelRelease }, new Set()))
          .map(({ sentence }) => sentence),
      ),
    );
    for (const why of ["takes no connections", "extended advertising", "with this kernel", "most machines"]) {
      expect(sentences).toContainEqual(expect.stringContaining(why));
    }
    expect(sentences.filter((sentence) => /Privacy = (?!off)/.test(sentence))).toEqual([]);
  });

  it("says what to do in every finding that is not fine", () => {
    for (const privacy of ["off", "on", "limited", "unknown"] as const)
      for (const more of [{}, { isDiscoverable: true }, { isDiscovering: true, roles: [] }])
        for (const finding of judge({ ...adapter, ...more }, privacy, new Set()))
          if (finding.level !== "ok") expect(finding.sentence).toMatch(/: /);
  });
});

describe("what the kernel keeps off", () => {
  it("is read by the names of the adapters", () => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-rfkill-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const entry = (id: number, name: string, soft: string, hard: string): void => {
      mkdirSync(join(folder, `rfkill${id}`));
      const files = { name, soft, hard };
      for (const [file, text] of Object.entries(files))
        writeFileSync(join(folder, `rfkill${id}`, file), `${text}\n`);
    };
    entry(0, "hci0", "1", "0");
    entry(1, "hci1", "0", "0");
    entry(2, "hci2", "0", "1");
    entry(3, "phy0", "1", "0");
    expect(readBlocked(folder)).toEqual(new Set(["hci0", "hci2", "phy0"]));
    expect(readBlocked(join(folder, "none"))).toEqual(new Set());
  });
});
