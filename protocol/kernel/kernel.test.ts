import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import vectors from "../../test/vectors/tcn.json" with { type: "json" };
import { fromHex, toHex } from "../bytes/hex.ts";
import { expandTcns, MAX_INDEX } from "../tcn/ratchet.ts";
import { buildBatchTree } from "../tree/build.ts";
import { leafHash } from "../tree/hash.ts";
import { compileKernel, createKernel, type Kernel } from "./kernel.ts";
import { LANES, MAX_STEPS } from "./lanes.ts";

interface Report {
  rvk: Uint8Array;
  tckBeforeJ1: Uint8Array;
  j1: number;
  span: number;
}

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const start = fc.oneof(
  fc.integer({ min: 1, max: MAX_INDEX }),
  fc.integer({ min: MAX_INDEX - 70, max: MAX_INDEX }),
);
const reports = fc
  .record({ rvk: key, tckBeforeJ1: key, j1: start, wanted: fc.integer({ min: 1, max: 150 }) })
  .map(({ wanted, ...report }): Report => ({ ...report, span: Math.min(wanted, MAX_INDEX + 1 - report.j1) }));

/** TCNs of reports as lanes come: a lane that is done takes the next report while the others go on. */
function expandAsLanesComeFree(kernel: Kernel, waiting: readonly Report[]): Uint8Array[] {
  const results = waiting.map(({ span }) => new Uint8Array(16 * span));
  const lanes = Array.from({ length: LANES }, () => ({ report: -1, done: 0 }));
  let next = 0;
  for (;;) {
    for (let lane = 0; lane < LANES; lane++) {
      const { report, done } = lanes[lane]!;
      if (report >= 0 && done < waiting[report]!.span) continue;
      const loaded = waiting[next];
      lanes[lane] = { report: loaded ? next++ : -1, done: 0 };
      if (loaded) kernel.load(lane, loaded.rvk, loaded.tckBeforeJ1, loaded.j1);
    }
    const left = lanes
      .filter(({ report }) => report >= 0)
      .map(({ report, done }) => waiting[report]!.span - done);
    if (left.length === 0) return results;
    const steps = Math.min(MAX_STEPS, ...left);
    const words = kernel.expand(steps);
    expect(words).toHaveLength(steps * LANES * 4);
    const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
    lanes.forEach((at, lane) => {
      if (at.report < 0) return;
      const result = new DataView(results[at.report]!.buffer);
      for (let step = 0; step < steps; step++)
        for (let i = 0; i < 4; i++) {
          const word = view.getUint32(((step * LANES + lane) * 4 + i) * 4, true);
          result.setUint32((at.done + step) * 16 + 4 * i, word, true);
        }
      at.done += steps;
    });
  }
}

const sha256 = (...parts: Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

const random = (length: number): Uint8Array => {
  let state = length + 1;
  return Uint8Array.from(
    { length },
    () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24,
  );
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each([
  ["simd", compileKernel()],
  ["js", undefined],
] as const)("the %s kernel", (name, module) => {
  const kernel = createKernel(module);

  it("is the one that was asked for", () => {
    expect(kernel.name).toBe(name);
  });

  it("gives the TCNs of every report of the vectors", () => {
    const all = vectors.reports.map((report) => ({
      rvk: fromHex(report.rvk, "rvk"),
      tckBeforeJ1: fromHex(report.tck_before_j1, "tck"),
      j1: report.j1,
      span: report.tcn_count,
    }));
    const digests = expandAsLanesComeFree(kernel, all).map((tcns) => sha256(tcns));
    expect(digests).toHaveLength(vectors.counts.reports);
    expect(digests).toEqual(vectors.reports.map(({ tcns_sha256 }) => tcns_sha256));
  });

  it("gives what protocol gives, of any reports, up to index 65535, and whatever the other lanes do", () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(reports, { minLength: 1, maxLength: 10 }), (some) => {
        const wanted = some.map(({ rvk, tckBeforeJ1, j1, span }) =>
          toHex(expandTcns(rvk, tckBeforeJ1, j1, j1 + span - 1)),
        );
        expect(expandAsLanesComeFree(kernel, some).map(toHex)).toEqual(wanted);
        count += some.length;
      }),
      { numRuns: 60 },
    );
    expect(count).toBeGreaterThan(60);
  });

  it("gives the same in one step after the other and in the most steps at once", () => {
    const [rvk, tck] = [random(32), random(33).subarray(1)];
    const bytesOf = (words: Uint32Array): string =>
      toHex(new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice());
    const load = (): void => {
      for (let lane = 0; lane < LANES; lane++) kernel.load(lane, rvk, tck, 1 + 1_000 * lane);
    };
    load();
    const atOnce = bytesOf(kernel.expand(MAX_STEPS));
    load();
    expect(Array.from({ length: MAX_STEPS }, () => bytesOf(kernel.expand(1))).join("")).toBe(atOnce);
  });

  it("hashes messages of any length, in the order given", () => {
    const lengths = [
      ...Array.from({ length: 301 }, (_, i) => i),
      4_085,
      4_086,
      4_087,
      4_095,
      4_096,
      8_200,
      65_536,
    ];
    const messages = lengths.map((_, i) => random(lengths[(i * 7) % lengths.length]!));
    for (const prefix of [0, 1, 255]) {
      const hashes = kernel.hashAll(prefix, messages);
      expect(hashes).toHaveLength(32 * messages.length);
      messages.forEach((message, i) => {
        const hash = toHex(hashes.subarray(32 * i, 32 * i + 32));
        expect(hash, `${message.length} bytes`).toBe(sha256(Uint8Array.of(prefix), message));
      });
    }
    expect(toHex(kernel.hashAll(0, messages.slice(0, 3)))).toBe(
      messages.slice(0, 3).map(leafHash).map(toHex).join(""),
    );
    expect(kernel.hashAll(0, [])).toHaveLength(0);
  });

  it("climbs trees of 1 to 130 leaves, and of more than its memory holds, to the root", () => {
    for (const count of [...Array.from({ length: 130 }, (_, i) => i + 1), 511, 512, 513, 1_027]) {
      const leaves = Array.from({ length: count }, (_, i) => leafHash(Uint8Array.of(i & 0xff, i >> 8)));
      let nodes = new Uint8Array(leaves.flatMap((leaf) => [...leaf]));
      while (nodes.length > 32) nodes = new Uint8Array(kernel.parents(nodes));
      expect(toHex(nodes), `${count} leaves`).toBe(toHex(buildBatchTree(leaves).root));
    }
    expect(kernel.parents(new Uint8Array())).toHaveLength(0);
  });

  it("keeps its ratchets while it hashes", () => {
    const report = { rvk: random(32), tckBeforeJ1: random(32), j1: 7, span: 5 };
    kernel.load(3, report.rvk, report.tckBeforeJ1, report.j1);
    kernel.expand(2);
    kernel.hashAll(0, [random(100)]);
    kernel.parents(random(96));
    const words = kernel.expand(1).subarray(3 * 4, 4 * 4);
    const tcns = expandTcns(report.rvk, report.tckBeforeJ1, 7, 9);
    expect(toHex(new Uint8Array(words.slice().buffer))).toBe(toHex(tcns.subarray(32)));
  });

  it("refuses arguments that make no sense", () => {
    const [k32, k31] = [new Uint8Array(32), new Uint8Array(31)];
    const wrong: (() => unknown)[] = [
      ...[-1, LANES, 0.5, Number.NaN].map((lane) => () => {
        kernel.load(lane, k32, k32, 1);
      }),
      ...[0, MAX_INDEX + 1, 1.5].map((j1) => () => {
        kernel.load(0, k32, k32, j1);
      }),
      () => {
        kernel.load(0, k31, k32, 1);
      },
      () => {
        kernel.load(0, k32, new Uint8Array(33), 1);
      },
      ...[0, MAX_STEPS + 1, 2.5].map((steps) => () => kernel.expand(steps)),
      ...[-1, 256].map((prefix) => () => kernel.hashAll(prefix, [k32])),
      () => kernel.parents(k31),
    ];
    expect(wrong).toHaveLength(15);
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("two kernels", () => {
  it("have memories of their own", () => {
    const module = compileKernel();
    for (const make of [() => createKernel(module), () => createKernel(undefined)]) {
      const [one, other] = [make(), make()];
      one.load(0, random(32), random(32), 1);
      other.load(0, random(32), random(32), 2);
      const first = one.expand(1).slice(0, 4);
      const second = other.expand(1).slice(0, 4);
      const tcns = [1, 2].map((index) => toHex(expandTcns(random(32), random(32), index, index)));
      expect([first, second].map(({ buffer }) => toHex(new Uint8Array(buffer)))).toEqual(tcns);
    }
  });
});

describe("the compiled module", () => {
  it("is there in this engine", () => {
    expect(compileKernel()).toBeInstanceOf(WebAssembly.Module);
  });

  it("is missing without WebAssembly, without SIMD, and where compiling is forbidden", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(compileKernel()).toBeUndefined();
    vi.stubGlobal("WebAssembly", { validate: () => false });
    expect(compileKernel()).toBeUndefined();
    vi.stubGlobal("WebAssembly", {
      validate: () => true,
      Module: function forbidden() {
        throw new Error("forbidden by the content security policy");
      },
    });
    expect(compileKernel()).toBeUndefined();
  });
});
