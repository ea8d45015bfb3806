import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { jsonLines, tocsin } from "../support/tocsin.ts";
import { fetchAsPage, PAGE, RecorderBench, TCN } from "./support/recorderBench.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let bench: RecorderBench;
beforeEach(async () => {
  bench = await RecorderBench.start();
});

describe("a page and a recorder", () => {
  it("it pairs with a code, follows the contacts, and gets keys when the person says yes", async () => {
    const { bridgeUrl = "", said } = await bench.run();
    bench.meetPhone();
    const token = await bench.pair(bridgeUrl);
    await bench.untilMet();
    const contacts = await fetchAsPage(token, `${bridgeUrl}/v1/contacts`);
    expect(contacts.json).toMatchObject({ contacts: [{ tcn: TCN }], more: false });
    expect((await fetchAsPage(token, `${bridgeUrl}/v1/status`)).json).toMatchObject({ state: "recording" });

    const now = Math.floor(Date.now() / 1000);
    const [before] = bench.sent();
    const windows = [{ from: now - 900, to: now + 1 }];
    const request = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests`, "POST", { windows });
    const requestUrl = `${bridgeUrl}/v1/key-requests/${request.json.id as string}`;
    const asked = await bench.command(["approve"]);
    expect(asked.code).toBe(2);
    expect(asked.stdout).toMatch(
      new RegExp(`^${PAGE} asks for the keys of\n  .* to .*\\d\\d:\\d\\d (CET|CEST|GMT)`),
    );
    expect(asked.stderr).toContain(`approve --yes ${request.json.id as string}`);
    expect(asked.stderr).toMatch(
      /make public which numbers this machine sent then, and in up to six hours around/,
    );
    expect((await fetchAsPage(token, requestUrl)).json).toEqual({ state: "pending" });

    const given = await bench.command(["approve", "--yes", request.json.id as string]);
    expect(given).toMatchObject({ code: 0, stderr: expect.stringMatching(/^1 key given/) as string });
    const granted = await fetchAsPage(token, requestUrl);
    expect(granted.json).toMatchObject({ state: "granted", keys: [{ rotation: 900, firstIndex: 1 }] });
    // Its numbers are never sent again.
    expect(bench.sent()).not.toContain(before);
    expect(bench.sent()).toHaveLength(1);

    // The keys are for `tocsin report create`, and are those of the number that was on air.
    writeFileSync(bench.at("granted.jsonl"), JSON.stringify((granted.json.keys as unknown[])[0]));
    const { stdout } = await tocsin(["keys", "tcns", "--keys", bench.at("granted.jsonl")]);
    expect(jsonLines(stdout)).toMatchObject([{ tcn: before }]);

    const secrets = [
      TCN,
      before,
      ...bench.sent(),
      token,
      PAGE,
      (granted.json.keys as { rak: string }[])[0]?.rak,
    ];
    for (const secret of secrets) expect(said()).not.toContain(secret);
    expect(said()).not.toMatch(/([0-9A-F]{2}:){5}/i);
  });

  it("a request that is denied gives nothing, and an unpaired page reads nothing more", async () => {
    const { bridgeUrl = "" } = await bench.run();
    const token = await bench.pair(bridgeUrl);
    const windows = [{ from: 1, to: Math.floor(Date.now() / 1000) }];
    const { json } = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests`, "POST", { windows });
    expect(await bench.ask("approve")).toMatchObject({ requests: [{ id: json.id, origin: PAGE, windows }] });
    expect(await bench.ask("deny")).toEqual({ denied: [json.id] });
    const state = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests/${json.id as string}`);
    expect(state.json).toEqual({ state: "denied" });
    expect((await bench.command(["approve", "--yes", json.id as string])).stderr).toMatch(
      /^error REQUEST_UNKNOWN: /,
    );

    expect(await bench.ask("unpair")).toMatchObject({ pages: [{ origin: PAGE }] });
    expect((await bench.command(["unpair", PAGE])).stdout).toBe(`${PAGE} is not paired any more\n`);
    expect((await fetchAsPage(token, `${bridgeUrl}/v1/status`)).status).toBe(401);
    expect((await bench.command(["unpair", PAGE])).code).toBe(2);
  });
});

describe("keys that were given and not fetched", () => {
  it.each([["deny"], ["purge"]])("are taken back by %s, and no page gets them", async (command) => {
    const { bridgeUrl = "" } = await bench.run();
    const token = await bench.pair(bridgeUrl);
    const windows = [{ from: 1, to: Math.floor(Date.now() / 1000) + 1 }];
    const { json } = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests`, "POST", { windows });
    const id = json.id as string;
    const given = await bench.command(["approve", "--yes", id]);
    expect(given.stderr).toContain(`\`tocsin-recorder deny ${id}\` takes that back`);
    const args = command === "deny" ? ["deny", id] : ["purge", "--keys", "--yes"];
    expect(await bench.command(args)).toMatchObject({ code: 0 });
    const state = await fetchAsPage(token, `${bridgeUrl}/v1/key-requests/${id}`);
    expect(state.json).toMatchObject(command === "deny" ? { state: "expired" } : { code: "REQUEST_UNKNOWN" });
    expect(JSON.stringify(state.json)).not.toContain("rak");

    const again = ["keys", "--from", "1", "--out", bench.at("again.jsonl"), "--again"];
    expect((await bench.command(again)).code).toBe(command === "deny" ? 0 : 1);
  });
});

describe("tocsin-recorder run", () => {
  it("keeps a folder of its own, which others cannot look into, and ends cleanly", async () => {
    const recorder = await bench.run();
    await expect.poll(() => bench.sent()).toHaveLength(1);
    expect(statSync(bench.at("data")).mode & 0o777).toBe(0o700);
    for (const file of ["keys.json", "contacts.sqlite", "control.sock", "lock"]) {
      expect(statSync(bench.at("data", file)).mode & 0o777, file).toBe(0o600);
    }
    expect(await recorder.end("SIGTERM")).toBe(0);
    expect(recorder.said()).toContain("stopped");
    expect(bench.sent()).toEqual([]);
  });

  it("refuses a folder that others may look into, and does not change it", async () => {
    mkdirSync(bench.at("data"));
    chmodSync(bench.at("data"), 0o755);
    const { code, stderr } = await bench.command(["run"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error DATA_FOLDER_UNUSABLE: .*chmod 700/)]);
    expect(statSync(bench.at("data")).mode & 0o777).toBe(0o755);
  });

  it("refuses to run twice with a folder, and a path that is too long for a socket", async () => {
    await bench.run();
    expect(await bench.command(["run"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error RECORDER_RUNNING: /) as string,
    });
    const long = await bench.command(["run", "--data-dir", bench.at("x".repeat(100))]);
    expect(long).toMatchObject({ code: 1, stderr: expect.stringMatching(/at most 107/) as string });
  });

  it("names every fault in its flags at once", async () => {
    const { code, stderr } = await bench.command([
      "run",
      "--adapter",
      "usb",
      "--port",
      "80",
      "--listen",
      "0",
    ]);
    expect(code).toBe(2);
    for (const flag of ["--adapter", "--port", "--listen"]) expect(stderr).toContain(flag);
    expect(stderr).toMatch(/^error USAGE_INVALID: [^\n]*\n$/);
  });

  it("killed and started again it keeps contacts and pairings, and goes on with its number", async () => {
    const first = await bench.run();
    const token = await bench.pair(first.bridgeUrl);
    bench.meetPhone();
    await bench.untilMet();
    const before = bench.sent();
    await first.end("SIGKILL");
    await expect.poll(() => bench.sent()).toEqual([]);
    const { bridgeUrl = "" } = await bench.run();
    await expect.poll(() => bench.sent()).toEqual(before);
    expect((await fetchAsPage(token, `${bridgeUrl}/v1/contacts`)).json).toMatchObject({
      contacts: [{ tcn: TCN }],
    });
    const { json } = await fetchAsPage(token, `${bridgeUrl}/v1/broadcasts`);
    expect(json.broadcasts).toHaveLength(1);
  });

  it("without a bridge no page can be paired", async () => {
    const { bridgeUrl } = await bench.run(["--no-bridge"]);
    expect(bridgeUrl).toBeUndefined();
    expect((await bench.command(["pair"])).stderr).toMatch(/^error BRIDGE_OFF: /);
  });

  it("waits for Bluetooth, and says so", async () => {
    await bench.machine.bluez.end();
    await bench.run();
    const { code, stdout, stderr } = await bench.command(["status"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^waiting since /);
    expect(stderr).toMatch(/^error BLUETOOTH_UNAVAILABLE: /);
    await bench.machine.bluez.begin();
    await expect.poll(() => bench.sent()).toHaveLength(1);
  });
});

describe("the passphrase", () => {
  const VARIABLE = "TOCSIN_RECORDER_PASSPHRASE";

  it("seals the keys, and nothing opens them without it", async () => {
    writeFileSync(bench.at("passphrase"), "correct horse\n");
    const first = await bench.run(["--passphrase-file", bench.at("passphrase")]);
    expect(await bench.ask("status")).toMatchObject({ recorder: { sealed: true } });
    await first.end("SIGTERM");
    expect(readFileSync(bench.at("data", "keys.json"), "utf8")).not.toMatch(/rak/);

    const keys = ["keys", "--from", "1", "--to", "9999999999", "--out", bench.at("keys.jsonl"), "--yes"];
    for (const args of [["run"], keys]) {
      expect((await bench.command(args)).stderr).toMatch(/^error PASSPHRASE_MISSING: /);
      expect((await bench.command(args, { [VARIABLE]: "wrong" })).stderr).toMatch(
        /^error PASSPHRASE_WRONG: /,
      );
    }
    expect(await bench.command(keys, { [VARIABLE]: "correct horse" })).toMatchObject({ code: 0 });
    expect(jsonLines(readFileSync(bench.at("keys.jsonl"), "utf8"))).toHaveLength(1);
  });

  it("a file that is not there or empty is unreadable", async () => {
    writeFileSync(bench.at("empty"), "\n");
    for (const name of ["nowhere", "empty"]) {
      expect(await bench.command(["run", "--passphrase-file", bench.at(name)])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error INPUT_UNREADABLE: /) as string,
      });
    }
  });
});
