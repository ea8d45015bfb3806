import { describe, expect, it } from "vitest";
import { cidDigestFrom } from "../batch/cid.ts";
import { toHex } from "../bytes/hex.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { checkExposures, type CheckInput, type CheckResult } from "./checkExposures.ts";
import { Community, contactOf, entryOf, GATEWAY } from "./support/community.ts";
import { LinesMemory } from "./support/linesMemory.ts";

const BATCHES = 24;
const LIGHT = { relayers: [GATEWAY] };

/** A log with filters, and which of its batches were downloaded. */
class Watched {
  readonly community = new Community();
  readonly memory = new LinesMemory();
  readonly read = new Set<number>();

  constructor() {
    for (let person = 1; person <= BATCHES; person++) {
      this.community.publishFiltered(1_000 + person, entryOf(person, 1, 8));
    }
  }

  check(contacts: ContactRecord[], more: Partial<CheckInput> = {}): Promise<CheckResult> {
    const { memory, community } = this;
    return checkExposures({
      ...community.checkOf(...contacts),
      ...{ memory, light: LIGHT, fetch: (url, init) => this.#fetch(url, init), ...more },
    });
  }

  #fetch: CheckInput["fetch"] = (url, init) => {
    const cid = /\/ipfs\/([^?]+)/.exec(url)?.[1];
    const digest = cid === undefined ? "" : toHex(cidDigestFrom(cid));
    const seq = this.community.batches.findIndex(({ cidDigest }) => toHex(cidDigest) === digest);
    if (seq >= 0) this.read.add(seq);
    return this.community.fetch(url, init);
  };

  /** Which batches were downloaded since the last call. */
  takeRead(): number[] {
    const read = [...this.read].sort((a, b) => a - b);
    this.read.clear();
    return read;
  }
}

const met = (person: number, firstSeen = 900): ContactRecord =>
  contactOf(person, 3, firstSeen, firstSeen + 50);

describe("a light check", () => {
  it("finds what a full check finds, from an eighth of the batches", async () => {
    const log = new Watched();
    const light = await log.check([met(7)]);
    const read = log.takeRead();
    expect(read).toHaveLength(BATCHES / 8);
    expect(read).toContain(6);
    const full = await checkExposures(log.community.checkOf(met(7)));
    expect(light.exposures).toEqual(full.exposures);
    expect(full.exposures).toHaveLength(1);
    expect(light.counts.passedBatches).toBe(BATCHES - read.length);
    expect(light.counts).toMatchObject({ batches: BATCHES, reports: read.length });
  });

  it("reads nothing the next time, and of new batches what was not chosen over yet", async () => {
    const log = new Watched();
    await log.check([met(7)]);
    const chosen = log.takeRead();
    const again = await log.check([met(7)]);
    expect(log.takeRead()).toEqual([]);
    expect(again.exposures).toHaveLength(1);
    expect(again.counts).toMatchObject({
      rememberedBatches: chosen.length,
      passedBatches: BATCHES - chosen.length,
    });
    log.community.publishFiltered(2_000, entryOf(50, 1, 8));
    const more = await log.check([met(7), met(50)]);
    expect(more.exposures).toHaveLength(2);
    expect(log.takeRead()).toContain(BATCHES);
  });

  it("that was interrupted goes on with the same choice", async () => {
    const log = new Watched();
    const stop = new AbortController();
    const interrupted = log.check([met(7), met(8)], {
      signal: stop.signal,
      onProgress: ({ phase }) => {
        if (phase === "batches") stop.abort();
      },
    });
    await expect(interrupted).rejects.toThrow();
    log.takeRead();
    const choice = (await log.memory.load())!.chosen;
    expect(choice).toHaveLength(BATCHES / 8);
    const result = await log.check([met(7), met(8)]);
    expect(log.takeRead()).toEqual([...choice].sort((a, b) => a - b));
    expect(result.exposures).toHaveLength(2);
  });

  it("for contacts that came late reads what it chose before, and chooses among the others alone", async () => {
    const log = new Watched();
    await log.check([met(7)]);
    const before = log.takeRead();
    const late = await log.check([met(7), met(9, 800)]);
    const read = log.takeRead();
    expect(read).toEqual(expect.arrayContaining([...before, 8]));
    expect(read.length).toBe(before.length + Math.ceil((BATCHES - before.length) / 8));
    expect(late.exposures).toHaveLength(2);
  });

  it("is followed by a full one that reads what was passed over", async () => {
    const log = new Watched();
    await log.check([met(7)]);
    const passedOver = BATCHES - log.takeRead().length;
    const { memory, community } = log;
    const full = await checkExposures({ ...community.checkOf(met(7)), memory });
    expect(full.counts).toMatchObject({ passedBatches: 0, rememberedBatches: BATCHES - passedOver });
    expect(full.counts.reports).toBe(BATCHES);
  });

  it("needs a memory", async () => {
    const input = { ...new Watched().community.checkOf(met(1)), light: LIGHT };
    await expect(checkExposures(input)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});
