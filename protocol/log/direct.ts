import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { leafHash } from "../tree/hash.ts";
import type { EventPlace, LogEvent } from "./events.ts";

/** An entry that somebody sent to the contract without a relayer, and where in the chain that stands. */
export interface DirectEntry extends EventPlace {
  /** Its number in the log's direct lane, from 0. */
  index: number;
  entry: Uint8Array;
  /** SHA-256(00 ‖ entry), 32 bytes. */
  leaf: Uint8Array;
}

/** A log's direct lane as its events tell it. Nothing of it is trusted until its head equals the contract's. */
export interface DirectLane {
  /** 32 bytes; zero while there is no entry. */
  directHead: Uint8Array;
  directEntries: DirectEntry[];
}

/** keccak256(head ‖ leaf): the head of a direct lane after one more entry. (docs/formats.md, "Direct lane") */
export function appendDirect(directHead: Uint8Array, leaf: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(directHead, leaf));
}

/** Folds the entries that were sent directly, in the order in which the events are given; other events are passed over. */
export function foldDirect(events: readonly LogEvent[]): DirectLane {
  let directHead: Uint8Array = new Uint8Array(32);
  const directEntries: DirectEntry[] = [];
  for (const event of events) {
    if (event.name !== "EntrySubmitted") continue;
    const { name: _, entry, ...place } = event;
    const leaf = leafHash(entry);
    directHead = appendDirect(directHead, leaf);
    directEntries.push({ ...place, index: directEntries.length, entry, leaf });
  }
  return { directHead, directEntries };
}
