import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import { RecorderError } from "../errors.ts";
import { ContactStore } from "./contactStore.ts";
import { Sightings } from "./sightings.ts";

let folder: string;
let store: ContactStore;
let clock: VirtualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-sightings-"));
  store = ContactStore.open(join(folder, "contacts.sqlite"));
  clock = new VirtualClock();
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function tcn(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

const failing = (): never => {
  throw new RecorderError("DATA_FOLDER_UNUSABLE", "no room");
};

it("samples wait while the store cannot take them, and are all written down afterwards", async () => {
  const sightings = new Sightings(store, clock);
  const merge = store.merge.bind(store);
  store.merge = failing;
  for (let window = 0; window < 4; window++) {
    sightings.add({ tcn: tcn(1), way: "advertisement", rssi: -73 });
    await clock.advance(5_000);
    expect(() => sightings.update()).toThrow(RecorderError);
  }
  store.merge = merge;
  sightings.flush();
  expect([...store.all()]).toMatchObject([{ tcn: tcn(1), samples: 4, minDistance: 2 }]);
  sightings.flush();
  expect([...store.all()]).toMatchObject([{ samples: 4 }]);
  expect(sightings.refused).toBe(0);
});

it("as many wait as can be, and what there is no room for is counted", () => {
  const sightings = new Sightings(store, clock);
  const merge = store.merge.bind(store);
  store.merge = failing;
  for (let window = 0; window < 8; window++) {
    for (let n = 0; n < 3_000; n++) sightings.add({ tcn: tcn(window * 3_000 + n), way: "advertisement" });
    expect(() => sightings.flush()).toThrow(RecorderError);
  }
  store.merge = merge;
  sightings.flush();
  expect(store.summary().count).toBe(16_384);
  expect(sightings.refused).toBe(24_000 - 16_384);
  for (let n = 0; n < 5_000; n++) sightings.add({ tcn: tcn(50_000 + n), way: "advertisement" });
  sightings.flush();
  // A window takes 3,072 new numbers, and of these an hour has no room for all.
  expect(store.summary().count).toBe(16_384 + 3_072);
  expect(sightings.refused).toBe(24_000 - 16_384 + 5_000 - 3_072);
});
