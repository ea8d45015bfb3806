import { randomFillSync } from "node:crypto";
import { batchFileLength, MAX_BATCH_FILE_LENGTH } from "@tocsin/protocol/batch/file.ts";
import { buildFilter } from "@tocsin/protocol/filter/build.ts";
import { encodeFilterFile } from "@tocsin/protocol/filter/file.ts";
import { FINGERPRINT_BITS } from "@tocsin/protocol/filter/layout.ts";
import { MIN_SIGNED_REPORT_LENGTH } from "@tocsin/protocol/report/report.ts";
import { expandTcns } from "@tocsin/protocol/tcn/ratchet.ts";
import { measure } from "./support/measure.ts";
import type { Result } from "./support/report.ts";

const MEMO_LENGTH = 20;
const TCNS_PER_REPORT = 24;
/** Some 128 accidents are to be expected among them. */
const ACCIDENT_LOOKUPS = 2 ** 27;
const CHUNK = 2 ** 20;

/**
 * The filter of a full batch of 6-hour reports with CoEpi memos. TCNs are random, which is what they look like. Speeds
 * are TCNs a second, to be seen against deriving them with noble; sizes against the batch file; the rest against what
 * theory says of fingerprints of this width.
 */
export async function benchFilter(): Promise<Result[]> {
  const perReport = batchFileLength([1 + MIN_SIGNED_REPORT_LENGTH + MEMO_LENGTH]) - batchFileLength([]);
  const reports = Math.floor((MAX_BATCH_FILE_LENGTH - batchFileLength([])) / perReport);
  const count = reports * TCNS_PER_REPORT;
  const words = randomFillSync(new Uint32Array(4 * count));
  const leaves = Array.from({ length: reports }, () => randomFillSync(new Uint8Array(32)));
  const filter = buildFilter(words, leaves);
  if (!filter) throw new Error("a full batch has a filter");
  const fileLength = encodeFilterFile(filter).length;

  const others = randomFillSync(new Uint32Array(4 * CHUNK));
  const hits = (tcns: Uint32Array): number => {
    let found = 0;
    for (let at = 0; at < tcns.length; at += 4) if (filter.has(tcns, at)) found++;
    return found;
  };
  if (hits(words) !== count) throw new Error("the filter misses a TCN of its own");

  const key = randomFillSync(new Uint8Array(32));
  const tasks = [
    { name: "expand-noble", tcns: TCNS_PER_REPORT, run: () => expandTcns(key, key, 1, TCNS_PER_REPORT) },
    { name: "build", tcns: count, run: () => buildFilter(words, leaves) },
    { name: "lookup-present", tcns: count, run: () => hits(words) },
    { name: "lookup-foreign", tcns: CHUNK, run: () => hits(others) },
  ];
  const seconds = await measure(tasks);

  let accidents = 0;
  for (let done = 0; done < ACCIDENT_LOOKUPS; done += CHUNK) accidents += hits(randomFillSync(others));
  const size = { unit: "B/report", baseline: "batch-file" };
  const bits = { unit: "bits/TCN", baseline: "fingerprint-bits" };
  const accident = { unit: "accidents/M", baseline: "accidents-expected" };
  return [
    ...tasks.map(({ name, tcns }) => {
      return { name, value: tcns / seconds.get(name)!, unit: "TCN/s", baseline: "expand-noble" };
    }),
    { name: "fingerprint-bits", value: FINGERPRINT_BITS, ...bits },
    { name: "filter-bits", value: (8 * fileLength) / count, ...bits },
    { name: "accidents-expected", value: 1e6 / 2 ** FINGERPRINT_BITS, ...accident },
    { name: "accidents-measured", value: (1e6 * accidents) / ACCIDENT_LOOKUPS, ...accident },
    { name: "batch-file", value: perReport, ...size },
    { name: "filter-file", value: fileLength / reports, ...size },
  ];
}
