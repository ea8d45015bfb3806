import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dummyUpload, encodeUpload } from "@tocsin/protocol/upload/upload.ts";
import { randomReport, RelayerBench } from "../support/relayerBench.ts";
import { largestGap, observe, type Observed } from "./support/answerTimes.ts";

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const EACH = 2_500;
/**
 * Two samples of this size from one distribution are further apart than this once in 250 times, 2·exp(−0.05²·EACH), and
 * so in each of the attempts once in ten million. A difference of 15 % must be further apart in the very measurement
 * that is judged.
 */
const LARGEST_GAP = 0.05;
/**
 * What else the machine does makes one measurement in some unfit: so noisy that it would not show the 15 % either, or
 * with a pause that met one kind more than the other. A true difference would show in each.
 */
const ATTEMPTS = 5;

let bench: RelayerBench;
beforeAll(async () => {
  bench = await RelayerBench.start();
});
afterAll(async () => {
  await bench.stop();
});

interface Kinds<T> {
  reports: T[];
  dummies: T[];
}

/** Sends new reports and dummies in random order and gives what was seen of each kind. */
async function observeBoth(url: string): Promise<Kinds<Observed>> {
  const uploads = Array.from({ length: EACH }, () => [
    { isDummy: false, bytes: encodeUpload(randomReport(), random) },
    { isDummy: true, bytes: dummyUpload(random) },
  ]).flat();
  for (let last = uploads.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [uploads[last], uploads[other]] = [uploads[other]!, uploads[last]!];
  }
  const observed = await observe(
    url,
    uploads.map(({ bytes }) => bytes),
  );
  return {
    reports: observed.filter((_, index) => !uploads[index]!.isDummy),
    dummies: observed.filter((_, index) => uploads[index]!.isDummy),
  };
}

describe("whoever watches the connection", () => {
  it("cannot tell a dummy from a report, by the answer's size or by its time", async () => {
    const log = await bench.openLog();
    const rare = ["--seal-every", "31536000", "--seal-within", "31536000", "--seal-at", "1000000"];
    const relayer = await bench.relayer(log, { flags: [...rare, "--reports-per-minute", "1000000"] });
    const gaps: string[] = [];
    let isAlike = false;
    for (let attempt = 0; attempt < ATTEMPTS && !isAlike; attempt++) {
      const { reports, dummies } = await observeBoth(relayer.url);
      const all = [...reports, ...dummies];
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set([202]));
      expect(new Set(all.map(({ bytes }) => bytes)).size).toBe(1);

      const [ofReports, ofDummies] = [reports, dummies].map((kind) =>
        kind.map(({ milliseconds }) => milliseconds),
      );
      const gap = largestGap(ofReports!, ofDummies!);
      const shifted = [0.85, 1.15].map((factor) =>
        largestGap(
          ofReports!,
          ofDummies!.map((time) => time * factor),
        ),
      );
      isAlike = gap < LARGEST_GAP && Math.min(...shifted) > LARGEST_GAP;
      gaps.push(`${gap.toFixed(3)} (15 % apart: ${shifted.map((value) => value.toFixed(3)).join(", ")})`);
    }
    process.stdout.write(`largest gap between ${EACH} reports and ${EACH} dummies: ${gaps.join("; ")}\n`);
    expect(isAlike, gaps.join("; ")).toBe(true);
  });
});
