import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type Page } from "playwright-core";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { findChromium } from "../../test/support/chromium.ts";
import type { CheckOutcome } from "../alerts/outcome.ts";
import type { openDatabase } from "./database.ts";
import type { Store } from "./store.ts";
import type { StoredMemory } from "./storedMemory.ts";

const DAY = 86_400;
const NOW = 100 * DAY;

/** What the page below has for the steps. */
interface Stored {
  Store: typeof Store;
  StoredMemory: typeof StoredMemory;
  openDatabase: typeof openDatabase;
}
const start = `import { Store } from "/store.js";
  import { openDatabase } from "/database.js";
  import { StoredMemory } from "/storedMemory.js";
  Object.assign(globalThis, { Store, StoredMemory, openDatabase });`;

let server: Server;
let browser: Browser;
let page: Page;

// IndexedDB is the browser's: the store runs in one, from this folder's sources.
beforeAll(async () => {
  const folder = import.meta.dirname;
  const bundles = (await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    build: {
      write: false,
      // No step shows a text in another language.
      rolldownOptions: { external: [/\.json\?texts=/] },
      lib: {
        entry: ["store", "database", "storedMemory"].map((name) => `${folder}/${name}.ts`),
        formats: ["es"],
      },
    },
  })) as Rolldown.RolldownOutput[];
  const chunks = bundles.flatMap(({ output }) => output).filter((each) => each.type === "chunk");
  const scripts = new Map(
    chunks.map(({ fileName, code }) => [`/${fileName.replace(/\.mjs$/, ".js")}`, code]),
  );
  server = createServer(({ url = "/" }, response) => {
    response
      .setHeader("content-type", scripts.has(url) ? "text/javascript" : "text/html")
      .end(scripts.get(url) ?? `<script type="module">${start}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch(await findChromium());
});

beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  await browser.close();
  server.close();
});

interface Step {
  do: "import" | "purge";
  records?: Omit<ContactRecord, "tcn">[];
  now: number;
}

/** Takes the steps in a new store and says how many contact records it holds after each. */
function countsAfter(steps: Step[]): Promise<number[]> {
  return page.evaluate(async (steps) => {
    const { Store, openDatabase } = globalThis as unknown as Stored;
    const store = new Store(await openDatabase());
    const counts: number[] = [];
    for (const step of steps) {
      // A TCN of its own for each record of a step: the same one in the next step is another sighting.
      const records = (step.records ?? []).map((each, i) => ({ ...each, tcn: new Uint8Array(16).fill(i) }));
      if (step.do === "import") await store.importContacts(records, step.now);
      else await store.purgeExpired(step.now);
      counts.push((await store.contactSummary()).count);
    }
    return counts;
  }, steps);
}

const seen = (firstSeen: number, lastSeen = firstSeen + 60) => ({ firstSeen, lastSeen, samples: 1 });
const [early, late] = [seen(NOW - DAY), seen(NOW)];
/** Begins on the day of `early` and lasts into the next. */
const long = seen(NOW - DAY + 3_600, NOW + 60);

test("contact records are deleted 14 days after they were last seen", async () => {
  const after = (seconds: number): Step => ({ do: "purge", now: early.lastSeen + 14 * DAY + seconds });
  expect(
    await countsAfter([
      { do: "import", records: [early, long, late], now: NOW },
      after(0),
      after(1),
      after(DAY),
      after(DAY + 1),
    ]),
  ).toEqual([3, 3, 2, 2, 0]);
});

test("an import deletes stored records that are past the retention period, of any day", async () => {
  expect(
    await countsAfter([
      { do: "import", records: [early, long], now: NOW },
      { do: "import", records: [late], now: early.lastSeen + 14 * DAY + 1 },
      { do: "import", records: [], now: NOW + 20 * DAY },
    ]),
  ).toEqual([2, 2, 0]);
});

test("an import takes no record that is past the retention period already", async () => {
  expect(await countsAfter([{ do: "import", records: [early, late], now: NOW + 14 * DAY }])).toEqual([1]);
});

test("of two checks only the one that began last leaves anything, and none that was running when all was erased", async () => {
  const batchesAfter = await page.evaluate(async () => {
    const { Store, StoredMemory, openDatabase } = globalThis as unknown as Stored;
    const database = await openDatabase();
    const log = { chainId: 1, registry: new Uint8Array(20), logId: 1, events: [] };
    const head = {
      ...log,
      block: { number: 1, hash: `0x${"00".repeat(32)}`, timestamp: 1 },
      key: new Uint8Array(32),
      compared: BigUint64Array.of(7n),
      chosen: [],
    };
    const batch = (seq: number) => ({
      ...{ seq, root: new Uint8Array(32), blockHash: head.block.hash, anchoredAt: 5 },
      ...{ isFilterFalse: false, isPassed: false },
      counts: { reports: 0, unknownEntries: 0, unreadableReports: 0 },
      disclosed: new Uint32Array(),
      hits: [],
    });
    const seqs: (number[] | undefined)[] = [];
    const look = async (): Promise<void> => {
      const kept = await new StoredMemory(database, "a").load();
      seqs.push(kept?.batches.map(({ seq }) => seq));
    };
    const [first, second] = [new StoredMemory(database, "a"), new StoredMemory(database, "a")];
    await first.load();
    await first.begin({ ...head, batches: [batch(1)] });
    await second.load();
    await first.addBatch(batch(2));
    await second.begin({ ...head, batches: [batch(3)] });
    await first.begin({ ...head, batches: [] });
    await second.addBatch(batch(4));
    await look();
    const third = new StoredMemory(database, "a");
    await third.load();
    await new Store(database).eraseContacts(5);
    await third.begin({ ...head, batches: [batch(5)] });
    await third.addBatch(batch(6));
    await look();
    return seqs;
  });
  expect(batchesAfter).toEqual([[3, 4], undefined]);
});

test("the last result keeps no contact record past 14 days either", async () => {
  const kept = await page.evaluate(
    async ({ records, moments }) => {
      const { Store, StoredMemory, openDatabase } = globalThis as unknown as Stored;
      const database = await openDatabase();
      const store = new Store(database);
      await new StoredMemory(database, "a").load();
      const exposures = records.map((each) => ({ contacts: [{ ...each, tcn: new Uint8Array(16) }] }));
      await store.results.saveOutcome("a", { exposures, replays: [] } as unknown as CheckOutcome);
      const counts: (number | undefined)[] = [];
      for (const now of moments) {
        await store.purgeExpired(now);
        counts.push((await store.results.outcomes()).get("a")?.exposures.length);
      }
      return counts;
    },
    {
      records: [early, late],
      moments: [0, 1, DAY, DAY + 1].map((after) => early.lastSeen + 14 * DAY + after),
    },
  );
  expect(kept).toEqual([2, 1, 1, undefined]);
});

test("nothing of a check that began before its contacts were erased, or its log was left, is kept", async () => {
  const kept = await page.evaluate(async () => {
    const { Store, openDatabase } = globalThis as unknown as Stored;
    const database = await openDatabase();
    const store = new Store(database);
    const outcome = { checkedAt: 5, exposures: [], replays: [] } as unknown as CheckOutcome;
    const failure = { code: "UNEXPECTED", message: "" } as const;
    const sizes: number[][] = [];
    const look = async (): Promise<void> => {
      sizes.push([(await store.results.outcomes()).size, (await store.results.health()).size]);
    };
    const begin = (id: string): Promise<void> => store.results.begin(id);
    await begin("a");
    await store.eraseContacts(5);
    await store.results.saveOutcome("a", outcome);
    await store.results.saveFailure("a", failure, 5);
    await look();
    for (const id of ["a", "b"]) {
      await begin(id);
      await store.results.saveOutcome(id, outcome);
    }
    await look();
    await store.results.forget("a");
    await store.results.saveOutcome("a", outcome);
    await look();
    return { sizes, memory: await database.getAllKeys("memory") };
  });
  expect(kept).toEqual({
    sizes: [
      [0, 0],
      [2, 2],
      [1, 1],
    ],
    memory: [["b", 0]],
  });
});

test("to leave a log takes what was said of its exposures with it, and of no other's", async () => {
  const marks = await page.evaluate(async () => {
    const { Store, StoredMemory, openDatabase } = globalThis as unknown as Stored;
    const database = await openDatabase();
    const { results } = new Store(database);
    for (const id of ["a", "b"]) {
      await new StoredMemory(database, id).load();
      const outcome = { checkedAt: 5, exposures: [{ id: `of ${id}` }], replays: [] };
      await results.saveOutcome(id, outcome as unknown as CheckOutcome);
      await results.mark(`of ${id}`, { readAt: 5 });
    }
    await results.forget("a");
    return [...(await results.marks()).keys()];
  });
  expect(marks).toEqual(["of b"]);
});

test("two tabs that follow and leave logs at once lose nothing of each other", async () => {
  const followed = await page.evaluate(async () => {
    const { Store, openDatabase } = globalThis as unknown as Stored;
    const [one, other] = [new Store(await openDatabase()), new Store(await openDatabase())];
    const log = (logId: number) => ({
      ...{ name: "", rpc: "https://rpc.example", chainId: 1, registry: `0x${"a1".repeat(20)}`, logId },
      ...{ gateways: ["https://a.example"], relayer: "" },
    });
    const site = log(1);
    const add = (store: Store, logId: number) =>
      store.choices.changeSources(site, (sources) => [...sources, log(logId)]);
    await Promise.all([add(one, 2), add(other, 3), add(one, 4)]);
    const all = (await one.choices.sources())?.map(({ logId }) => logId);
    await other.choices.changeSources(site, () => "full");
    await other.choices.changeSources(site, (sources) => sources.slice(0, 1));
    return { all, own: await one.choices.sources() };
  });
  expect(followed).toEqual({ all: [1, 2, 3, 4], own: undefined });
});

test("a recorder's records and how far they go are stored together, for as long as it is connected", async () => {
  const after = await page.evaluate(async (now) => {
    const { Store, openDatabase } = globalThis as unknown as Stored;
    const store = new Store(await openDatabase());
    const token = "a".repeat(43);
    await store.choices.connectRecorder({
      url: "http://127.0.0.1:8430",
      token,
      name: "",
      revision: 0,
      records: 0,
    });
    const seen = (id: number, firstSeen: number, samples = 1) => ({
      ...{ tcn: new Uint8Array(16).fill(id), firstSeen, lastSeen: firstSeen + 60, samples },
    });
    const states: unknown[] = [];
    const look = async (): Promise<void> => {
      const { revision, records, followedAt } = (await store.choices.recorder()) ?? {};
      states.push([(await store.contactSummary()).count, revision, records, followedAt]);
    };
    const take = async (
      revision: number,
      more: boolean,
      ...contacts: ReturnType<typeof seen>[]
    ): Promise<void> => {
      await store.importFromRecorder(token, { contacts, revision, more }, now);
      await look();
    };
    await take(2, true, seen(1, now - 300), seen(2, now - 200));
    await take(4, false, seen(1, now - 300, 5), seen(3, now - 100));
    await store.eraseContacts(now - 50);
    await look();
    // One that went on after the erasing began before it.
    await take(6, false, seen(1, now - 300, 9), seen(4, now - 20));
    await store.choices.changeRecorder("b".repeat(43), () => undefined);
    await store.choices.changeRecorder(token, () => undefined);
    await take(8, false, seen(5, now - 10));
    return states;
  }, NOW);
  expect(after).toEqual([
    [2, 2, 2, undefined],
    [3, 4, 3, NOW],
    [0, 4, 3, NOW],
    [1, 6, 4, NOW],
    [1, undefined, undefined, undefined],
  ]);
});
