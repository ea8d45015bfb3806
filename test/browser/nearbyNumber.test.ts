import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { goTo } from "./support/filledSite.ts";
import { useFilledSite } from "./support/useFilledSite.ts";

const bench = useFilledSite();

/** Bytes that the one device nearby gives, or the name of the error with which choosing or reading it ends. */
type Nearby = number[] | string;

/** Opens "My data" in a browser with a Bluetooth of this kind, or with none. */
async function openWith(nearby: Nearby | undefined): Promise<Page> {
  const page = await bench.site.open(bench.browser, "nothing");
  await page.addInitScript(
    ({ nearby, isMissing }) => {
      const seen = { disconnects: 0 };
      const read = (): Promise<DataView> =>
        typeof nearby === "string"
          ? Promise.reject(new DOMException("no", nearby))
          : Promise.resolve(new DataView(Uint8Array.from(nearby).buffer));
      const characteristic = { readValue: read };
      const service = {
        getCharacteristic: (id: string) =>
          id === "d61f4f27-3d6b-4b04-9e46-c9d2ea617f62"
            ? Promise.resolve(characteristic)
            : Promise.reject(new Error(id)),
      };
      const gatt = {
        connect: () => Promise.resolve(gatt),
        disconnect: () => void (seen.disconnects += 1),
        getPrimaryService: () => Promise.resolve(service),
      };
      const requestDevice = () =>
        nearby === "NotFoundError"
          ? Promise.reject(new DOMException("no", nearby))
          : Promise.resolve({ gatt });
      Object.assign(globalThis, { seen });
      Object.defineProperty(navigator, "bluetooth", {
        value: isMissing ? undefined : { requestDevice },
      });
    },
    { nearby: nearby ?? [], isMissing: nearby === undefined },
  );
  await page.reload();
  await goTo(page, "/data");
  return page;
}

const read = (page: Page): Promise<void> =>
  page.getByRole("button", { name: "Read a nearby device’s number" }).click();
const disconnects = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { seen: { disconnects: number } }).seen.disconnects);

it("the number of a device that the user chooses becomes one contact record", async () => {
  const page = await openWith(Array.from({ length: 16 }, (_, i) => i));
  await read(page);
  await page.getByText("Its number was read, and is stored as a contact record of now.").waitFor();
  await page.getByText("1 contact record stored").waitFor();
  expect(await disconnects(page)).toBe(1);
  await page.context().close();
});

it.each([
  [[1, 2, 3], "That device gave something that is no contact number. Nothing was stored.", 1],
  ["NetworkError", "The device did not answer.", 1],
  ["NotAllowedError", "does not let this page use Bluetooth", 1],
  ["NotFoundError", "No device was chosen", 0],
] as const)("from %j nothing is stored, and the user is told why", async (nearby, words, left) => {
  const page = await openWith(typeof nearby === "string" ? nearby : [...nearby]);
  await read(page);
  await page.getByText(words).waitFor();
  await page.getByText("0 contact records stored").waitFor();
  expect(await disconnects(page)).toBe(left);
  await page.context().close();
});

it("is not offered where the browser has no Bluetooth", async () => {
  const page = await openWith(undefined);
  await page.getByRole("button", { name: "Connect a recorder" }).waitFor();
  expect(await page.getByText(/nearby device/).count()).toBe(0);
  await page.context().close();
});
