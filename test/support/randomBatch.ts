import { randomBytes } from "node:crypto";
import { buildBatch, type BuiltBatch } from "@tocsin/protocol/batch/build.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";

/** A batch of entries as long as signed reports with CoEpi memos, of random bytes. */
export function randomBatch(count = 3): BuiltBatch {
  return buildBatch(Array.from({ length: count }, () => reportEntry(new Uint8Array(randomBytes(153)))));
}
