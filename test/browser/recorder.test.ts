import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { useFilledSite } from "./support/useFilledSite.ts";
import { goTo } from "./support/filledSite.ts";
import { connectRecorder } from "./support/pageStates.ts";
import type { FakeBridge } from "./support/fakeBridge.ts";
import { storedCounts } from "./support/storedCounts.ts";

const bench = useFilledSite();
const now = Math.floor(Date.now() / 1_000);

let bridge: FakeBridge;
let origin: string;
let page: Page;
let complaints: string[];

beforeEach(async () => {
  bridge = bench.site.bridge;
  origin = new URL(bench.site.url).origin;
  bridge.unpairAll();
  bridge.lines.length = bridge.asked.length = 0;
  complaints = [];
  page = await bench.site.open(bench.browser, "strangers");
  await page.context().addInitScript(stopLooking);
  await page.evaluate(stopLooking);
  page.on("pageerror", (error) => complaints.push(error.message));
});

afterEach(async () => {
  await page.context().close();
  expect(complaints).toEqual([]);
});

/**
 * In a page: it looks at the recorder as often as a test makes it, and not once more where the machine takes a minute. A
 * clock that a test installs later counts minutes again.
 */
const stopLooking = (): void => {
  const begin = globalThis.setInterval;
  const instead = (act: () => void, milliseconds: number): unknown =>
    milliseconds === 60_000 ? undefined : begin(act, milliseconds);
  Object.assign(globalThis, { setInterval: instead });
};

const heard = (id: number, samples = 1): ContactRecord => ({
  tcn: Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? id : 0xee)),
  ...{ firstSeen: now - 900, lastSeen: now - 900 + 5 * samples, averageDistance: 2, samples },
});
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const code = (): Locator => page.getByLabel("Code", { exact: true });
const counted = (n: number): Promise<void> =>
  page.getByText(`${n.toLocaleString("en")} contact records stored`).waitFor();
const asksOf = (route: string): number => bridge.asked.filter((asked) => asked === route).length;

async function openForm(): Promise<void> {
  await goTo(page, "/data");
  await button("Connect a recorder").click();
}

/** Has a page look at the recorder, as when the user comes back to it. */
async function lookAgain(of = page): Promise<void> {
  await of.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

it("is connected by its address and a code, gives page by page what is new or changed, and a check compares it", async () => {
  bridge.record(
    ...Array.from({ length: 2_500 }, (_, i) => ({ ...heard(i % 250), firstSeen: now - 900 - i })),
  );
  await connectRecorder(page, bench.site);
  const heading = page.getByRole("heading", { name: "Your recorder workshop" });
  await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.getByText("It is recording.").waitFor();
  await counted(40 + 2_500);
  expect(asksOf("GET contacts")).toBe(2);
  expect(await page.getByLabel("Contact records file").count()).toBe(0);
  await button("Import a file instead").click();
  await page.getByLabel("Contact records file").waitFor();

  bridge.record(heard(251), heard(251, 7));
  await goTo(page, "/");
  await button("Check now").click();
  await page.getByRole("heading", { name: "No exposures detected" }).waitFor();
  await page.getByText(/^2,541 contact records, /).waitFor();
  expect(asksOf("GET contacts")).toBe(3);
  await goTo(page, "/data");
  await page.getByText("2,501 contact records", { exact: true }).waitFor();
});

it("says what is wrong with an address or a code, and what to do", async () => {
  await openForm();
  await page.getByLabel("Address").fill("http://192.168.1.5:8430");
  await button("Connect").click();
  await page.getByText(/^A recorder’s address is on this device/).waitFor();
  await expect
    .poll(() => page.getByLabel("Address").evaluate((field) => field === document.activeElement))
    .toBe(true);

  await page.getByLabel("Address").fill(bridge.url);
  await code().fill("12345");
  await button("Connect").click();
  await page.getByText("The code has six digits.").waitFor();
  const right = bridge.newCode();
  await code().fill(right === "111111" ? "222222" : "111111");
  await code().press("Enter");
  await page.getByText(/^The code is wrong, was used already, or has expired/).waitFor();
  expect(await code().getAttribute("aria-invalid")).toBe("true");
  expect(await code().evaluate((field) => field === document.activeElement)).toBe(true);

  await page.getByLabel("Address").fill("http://127.0.0.1:1");
  await code().fill(right);
  await button("Connect").click();
  await page.getByRole("alert").getByText("No recorder answers at this address.").waitFor();
  // What answers there is no recorder.
  await page.getByLabel("Address").fill(bench.site.url);
  await button("Connect").click();
  await page.getByRole("alert").getByText("does not answer as a recorder does").waitFor();
  expect(await storedCounts(page)).toMatchObject({ choices: 1 });

  await page.getByLabel("Address").fill(bridge.url);
  await code().fill(`${right.slice(0, 3)} ${right.slice(3)}`);
  await button("Connect").click();
  await page.getByText("It is recording.").waitFor();
});

it("that cannot be remembered here is not left paired, and it can be tried again", async () => {
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      if (key !== "recorder") return put.call(this, value, key);
      IDBObjectStore.prototype.put = put;
      throw new DOMException("the disk is full", "QuotaExceededError");
    };
  });
  await openForm();
  const connect = async (): Promise<void> => {
    await page.getByLabel("Address").fill(bridge.url);
    await code().fill(bridge.newCode());
    await button("Connect").click();
  };
  await connect();
  const alert = page.getByRole("alert");
  await alert.getByText("Not connected").waitFor();
  await alert.getByRole("button", { name: "Technical details" }).click();
  await alert.getByText("the disk is full").waitFor();
  expect(bridge.isPaired(origin)).toBe(false);
  await connect();
  await page.getByText("It is recording.").waitFor();
});

it("names the browser where that keeps the page from this device", async () => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator.permissions, "query", {
      value: ({ name }: { name: string }) =>
        name === "loopback-network"
          ? Promise.resolve({ state: "denied" })
          : Promise.reject(new TypeError("unknown permission")),
    });
  });
  await page.reload();
  await openForm();
  await page.getByLabel("Address").fill("http://127.0.0.1:1");
  await code().fill("123456");
  await button("Connect").click();
  await page
    .getByRole("alert")
    .getByText("This browser does not let the page ask a program on this device.")
    .waitFor();
});

it("that is out of reach keeps no check waiting, and is shown with when it was last there", async () => {
  bridge.record(heard(1));
  await connectRecorder(page, bench.site);
  await counted(41);
  bridge.leave();
  try {
    await goTo(page, "/");
    await button("Check now").click();
    await page.getByRole("heading", { name: "No exposures detected" }).waitFor();
    await page.getByText(/^41 contact records, /).waitFor();
    await page.getByText(/^Nothing can be fetched from your recorder/).waitFor();
    await page.getByText(/^Last fetched: .* A check compares what came until then/).waitFor();
    await page.getByRole("link", { name: "Look at the recorder" }).click();
    await page.getByRole("alert").getByText("No recorder answers at this address.").waitFor();
  } finally {
    bridge.comeBack();
  }
  bridge.record(heard(2));
  await button("Try again").click();
  await counted(42);
  await page.getByText("It is recording.").waitFor();
});

it("that never answers keeps a check waiting for ten seconds and no longer", async () => {
  await page.clock.install();
  await connectRecorder(page, bench.site);
  await page.getByText("It is recording.").waitFor();
  bridge.isSilent = true;
  try {
    await goTo(page, "/");
    await button("Check now").click();
    await page.getByRole("heading", { name: "Checking…" }).waitFor();
    await page.clock.fastForward(10_000);
    await page.getByRole("heading", { name: "No exposures detected" }).waitFor();
  } finally {
    bridge.isSilent = false;
  }
});

it("says why it waits, in the user's words", async () => {
  const { status } = bridge;
  const problem = { code: "ADAPTER_OFF", message: "the adapter hci0 is off" };
  bridge.status = { state: "waiting", problem, heardRecently: 0 };
  await connectRecorder(page, bench.site);
  await page.getByText("It is waiting, and records nothing. Bluetooth is off.").waitFor();
  await goTo(page, "/");
  await page.getByText("Your recorder is waiting, and records nothing. Bluetooth is off.").waitFor();
  bridge.status = status;
  await lookAgain();
  await page.getByText("Your recorder is waiting").waitFor({ state: "detached" });
});

it("stores nothing of a page of records of which one is broken, and says so", async () => {
  bridge.record(heard(1));
  bridge.lines.push(JSON.stringify({ tcn: "zz", firstSeen: 1, lastSeen: 2, samples: 1 }));
  await connectRecorder(page, bench.site);
  await page.getByRole("alert").getByText("does not answer as a recorder does").waitFor();
  await counted(40);
  bridge.lines.pop();
  await button("Try again").click();
  await counted(41);
});

it("is asked for contacts by one of two tabs, and both see what came", async () => {
  bridge.record(heard(1));
  await connectRecorder(page, bench.site);
  await counted(41);
  const other = await page.context().newPage();
  await other.goto(`${bench.site.url}#/data`);
  await other.getByText("41 contact records stored").waitFor();
  await other.getByText("It is recording.").waitFor();
  const looks = asksOf("GET status");
  for (const tab of [page, other]) await lookAgain(tab);
  await expect.poll(() => asksOf("GET status")).toBe(looks + 2);

  bridge.record(heard(2));
  await goTo(page, "/");
  await button("Check now").click();
  await page.getByRole("heading", { name: "No exposures detected" }).waitFor();
  await other.getByText("42 contact records stored").waitFor();
  expect(asksOf("GET contacts")).toBe(2);
});

it("is forgotten when it is disconnected, told so, and in no export", async () => {
  bridge.record(heard(1));
  await connectRecorder(page, bench.site);
  await counted(41);
  const [saved] = await Promise.all([page.waitForEvent("download"), button("Export everything").click()]);
  const everything = readFileSync(await saved.path(), "utf8");
  expect(everything).not.toContain("token");
  expect(everything).not.toContain(bridge.url);
  expect(bridge.isPaired(origin)).toBe(true);

  await button("Disconnect").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("Disconnected. What came from the recorder stays here.").waitFor();
  expect(bridge.isPaired(origin)).toBe(false);
  expect(await storedCounts(page)).toMatchObject({ choices: 1 });
  await counted(41);
  await page.getByLabel("Contact records file").waitFor();
});

it("that does not know the page any more is disconnected all the same, and says what is left to do", async () => {
  await connectRecorder(page, bench.site);
  await page.getByText("It is recording.").waitFor();
  bridge.unpairAll();
  await lookAgain();
  await page.getByRole("alert").getByText("The recorder does not know this page any more.").waitFor();
  await button("Disconnect").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
  await page.getByText(/^Disconnected here. The recorder could not be told/).waitFor();
});

it("is erased with everything, and gives erased contact records no second time", async () => {
  await page.clock.install();
  bridge.record(heard(1));
  await connectRecorder(page, bench.site);
  await counted(41);
  await button("Erase contact records").click();
  await page.getByRole("alertdialog").getByText("“tocsin-recorder purge” erases them there").waitFor();
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase" }).click();
  await page.getByText("0 contact records stored").waitFor();
  // It is heard once more, as the same sighting; and somebody else.
  const later = Math.floor(Date.now() / 1_000) + 1;
  bridge.record(heard(1, 9), { ...heard(3), firstSeen: later, lastSeen: later });
  await page.clock.fastForward(61_000);
  await page.getByText("1 contact record stored").waitFor();
  await button("Erase everything").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase" }).click();
  await page.getByText("Everything erased.").waitFor();
  await expect.poll(() => bridge.isPaired(origin)).toBe(false);
  expect(await storedCounts(page)).toMatchObject({ choices: 0, contacts: 0 });
});
