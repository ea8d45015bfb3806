import type { Page } from "playwright-core";
import type { BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { goTo, type FilledSite, type Holds } from "./filledSite.ts";

/** Something that a page shows only after somebody did something, or while something is wrong. */
export interface PageState {
  name: string;
  holds: Holds;
  /** Brings a page that was just opened to it. */
  reach: (page: Page, site: FilledSite) => Promise<void>;
}

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("button", { name }).first().click();

const checkNow = (page: Page): Promise<void> => press(page, "Check now");

/** What the page's workers ask of the RPC is not answered any more: never, or at once with a failure. */
async function withoutRpc(page: Page, { source }: FilledSite, how: "hangs" | "fails"): Promise<void> {
  await page.context().route(`${source.rpc}/**`, (route) => (how === "fails" ? route.abort() : undefined));
}

export const PAGE_STATES: readonly PageState[] = [
  {
    name: "home-checking",
    holds: "contacts",
    reach: async (page, site) => {
      await withoutRpc(page, site, "hangs");
      await checkNow(page);
      await page.getByRole("heading", { name: "Checking…" }).waitFor();
    },
  },
  {
    name: "home-nothing-detected",
    holds: "strangers",
    reach: async (page) => {
      await checkNow(page);
      await page.getByRole("heading", { name: "No exposures detected" }).waitFor();
    },
  },
  {
    name: "home-not-verified",
    holds: "contacts",
    reach: async (page, site) => {
      await withoutRpc(page, site, "fails");
      await checkNow(page);
      await page.getByText("What failed").first().waitFor();
    },
  },
  {
    name: "home-offline",
    holds: "everything",
    reach: async (page) => {
      await page.context().setOffline(true);
      await page
        .getByText(/offline/i)
        .first()
        .waitFor();
    },
  },
  {
    name: "storage-refused",
    holds: "nothing",
    reach: async (page) => {
      await page.addInitScript(() => {
        indexedDB.open = () => {
          throw new DOMException("The operation is insecure.", "SecurityError");
        };
      });
      await page.reload();
      await page.getByRole("alert").waitFor();
    },
  },
  ...[1, 2, 3].map((step) => ({
    name: `welcome-step-${step + 1}`,
    holds: "nothing" as const,
    reach: async (page: Page) => {
      await goTo(page, "/welcome");
      for (let done = 0; done < step; done++) await press(page, "Next");
    },
  })),
  {
    name: "statistics-read",
    holds: "everything",
    reach: async (page) => {
      await goTo(page, "/statistics");
      await press(page, "Read the log");
      await page.getByRole("heading", { name: "The whole log" }).waitFor();
    },
  },
  { name: "report-symptoms", holds: "everything", reach: chooseHours },
  {
    name: "report-review",
    holds: "everything",
    reach: async (page) => {
      await chooseHours(page);
      await page.getByLabel("Dry", { exact: false }).first().check();
      await press(page, /^Next/);
      await page.getByRole("heading", { name: "Check your answers" }).waitFor();
    },
  },
  {
    name: "report-confirm",
    holds: "everything",
    reach: async (page, site) => {
      site.bridge.keys = recorderKeys();
      await connectRecorder(page, site);
      await chooseHours(page);
      await press(page, /^Next/);
      await page.getByRole("checkbox").check();
      await press(page, "Send report");
      await page.getByText(/^Waiting for you to confirm/).waitFor();
      // The next page asks anew.
      site.bridge.request = undefined;
    },
  },
  {
    name: "data-recorder-connect",
    holds: "nothing",
    reach: async (page, site) => {
      await goTo(page, "/data");
      await press(page, "Connect a recorder");
      await page.getByLabel("Address").fill("http://127.0.0.1:1");
      await page.getByLabel("Code", { exact: true }).fill(site.bridge.newCode());
      await press(page, /^Connect$/);
      await page.getByText("Not connected").waitFor();
      await page.getByLabel("Code", { exact: true }).fill("12");
      await press(page, /^Connect$/);
      await page.getByText("The code has six digits.").waitFor();
    },
  },
  {
    name: "data-recorder",
    holds: "everything",
    reach: async (page, site) => {
      await connectRecorder(page, site);
      await page.getByText("It is recording.").waitFor();
    },
  },
  {
    name: "data-recorder-lost",
    holds: "everything",
    reach: async (page, site) => {
      await connectRecorder(page, site);
      site.bridge.unpairAll();
      await page.reload();
      await page.getByText("Nothing can be fetched from your recorder").waitFor();
    },
  },
  {
    name: "home-recorder-waiting",
    holds: "everything",
    reach: async (page, site) => {
      const { status } = site.bridge;
      site.bridge.status = {
        ...{ state: "waiting", heardRecently: 0 },
        problem: { code: "ADAPTER_OFF", message: "the adapter hci0 is off: turn Bluetooth on" },
      };
      await connectRecorder(page, site);
      await page.getByText("Bluetooth is off.").waitFor();
      await goTo(page, "/");
      await page.getByText("Your recorder is waiting").waitFor();
      site.bridge.status = status;
    },
  },
  {
    name: "data-erase",
    holds: "everything",
    reach: async (page) => {
      await goTo(page, "/data");
      await press(page, "Erase everything");
      await page.getByRole("alertdialog").waitFor();
    },
  },
];

/** Connects a page to the site's recorder, under "My data". */
export async function connectRecorder(page: Page, { bridge }: Pick<FilledSite, "bridge">): Promise<void> {
  await goTo(page, "/data");
  await press(page, "Connect a recorder");
  await page.getByLabel("Address").fill(bridge.url);
  await page.getByLabel("Code", { exact: true }).fill(bridge.newCode());
  await press(page, /^Connect$/);
  await page.getByRole("heading", { name: "Your recorder workshop" }).waitFor();
}

/** Keys of yesterday that a recorder can hand out. */
function recorderKeys(): BroadcastKey[] {
  const startedAt = Math.floor(Date.now() / 3_600_000) * 3_600 - 86_400;
  const rak = crypto.getRandomValues(new Uint8Array(32));
  return [{ rak, startedAt, rotation: 900, firstIndex: 1, lastIndex: 24 }];
}

/** Goes to the second step of a report, where answers are given that nothing keeps yet. */
export async function chooseHours(page: Page): Promise<void> {
  await goTo(page, "/report");
  await press(page, /^Next/);
  await page.getByRole("heading", { name: "What do you have?" }).waitFor();
}
