import { randomUUID } from "node:crypto";
import type { BroadcastKey, TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { RecorderError } from "../errors.ts";

/** Seconds for which a request waits for the person, and for which keys can then be fetched. */
const VALID_FOR = 600;

/** A page's request for the keys of some hours. */
export interface KeyRequest {
  id: string;
  origin: string;
  windows: readonly TimeSpan[];
  /** Unix seconds. */
  expiresAt: number;
}

/** How a request stands, and the keys once the person has granted it. */
export interface KeyRequestState {
  state: "pending" | "granted" | "denied" | "expired";
  keys?: readonly BroadcastKey[];
}

interface Entry extends KeyRequest {
  state: KeyRequestState["state"];
  /** Whether the keys are being handed out: until they are, the request neither expires nor is granted once more. */
  isGranting: boolean;
  /** Whether the page has its keys. */
  isFetched: boolean;
  keys?: readonly BroadcastKey[];
}

/**
 * The latest request of each origin. A page learns nothing of keys before the person has granted its request on this
 * machine. Requests live in memory alone.
 */
export class KeyRequests {
  readonly #entries = new Map<string, Entry>();

  /** @param now unix seconds @throws REQUEST_OPEN while another one of the origin waits, or its keys are being given */
  open(origin: string, windows: readonly TimeSpan[], now: number): KeyRequest {
    this.#expire(now);
    const earlier = this.#entries.get(origin);
    if (earlier && (earlier.state === "pending" || isBeingGiven(earlier))) {
      const message = "an earlier request of this page still waits: delete it, or wait until it is answered";
      throw new RecorderError("REQUEST_OPEN", message);
    }
    const request = { id: randomUUID(), origin, windows, expiresAt: now + VALID_FOR };
    this.#entries.set(origin, { ...request, state: "pending", isGranting: false, isFetched: false });
    return request;
  }

  /** @throws REQUEST_UNKNOWN */
  stateOf(origin: string, id: string, now: number): KeyRequestState {
    this.#expire(now);
    const entry = this.#of(origin, id);
    const { state, keys } = entry;
    entry.isFetched ||= keys !== undefined;
    return { state, ...(keys ? { keys } : {}) };
  }

  /** The requests that wait for the person. */
  pending(now: number): KeyRequest[] {
    this.#expire(now);
    return [...this.#entries.values()]
      .filter(({ state, isGranting }) => state === "pending" && !isGranting)
      .map(({ id, origin, windows, expiresAt }) => ({ id, origin, windows, expiresAt }));
  }

  /**
   * Grants a request.
   * @param handOut gives the keys of its windows; where it rejects, the request waits on
   * @throws REQUEST_UNKNOWN where no such request waits, or it was taken back before it had its keys; or as handOut
   */
  async grant(
    id: string,
    clock: () => number,
    handOut: (windows: readonly TimeSpan[]) => Promise<readonly BroadcastKey[]>,
  ): Promise<readonly BroadcastKey[]> {
    const entry = this.#waiting(id, clock());
    entry.isGranting = true;
    try {
      const keys = await handOut(entry.windows);
      if (entry.state !== "pending") {
        throw new RecorderError("REQUEST_UNKNOWN", "it was taken back meanwhile: the page gets nothing");
      }
      Object.assign(entry, { state: "granted", keys, expiresAt: clock() + VALID_FOR });
      return keys;
    } finally {
      entry.isGranting = false;
    }
  }

  /**
   * Refuses a request that waits; one that is being granted, or whose keys the page has not fetched, expires.
   * @throws REQUEST_UNKNOWN where it is neither
   */
  deny(id: string, now: number): void {
    this.#expire(now);
    const entry = this.#find(id);
    if (entry && isBeingGiven(entry)) end(entry);
    else this.#waiting(id, now).state = "denied";
  }

  /**
   * Forgets a request. What was granted is given once: it waits until the page has it.
   * @throws REQUEST_UNKNOWN, REQUEST_OPEN while its keys are being given
   */
  drop(origin: string, id: string, now: number): void {
    this.#expire(now);
    const entry = this.#of(origin, id);
    if (isBeingGiven(entry)) {
      throw new RecorderError("REQUEST_OPEN", "somebody has just granted it: its keys are to be fetched");
    }
    this.#entries.delete(origin);
  }

  /** Forgets what every origin asked for and was granted, also what is being granted now. */
  clear(): void {
    for (const origin of this.#entries.keys()) this.dropAll(origin);
  }

  /** Forgets what an origin asked for, if anything, and was granted, also what is being granted now. */
  dropAll(origin: string): void {
    const entry = this.#entries.get(origin);
    if (entry) end(entry);
    this.#entries.delete(origin);
  }

  #of(origin: string, id: string): Entry {
    const entry = this.#entries.get(origin);
    if (entry?.id !== id) throw unknown();
    return entry;
  }

  #waiting(id: string, now: number): Entry {
    this.#expire(now);
    const entry = this.#find(id);
    if (entry?.state !== "pending" || entry.isGranting) throw unknown();
    return entry;
  }

  #find(id: string): Entry | undefined {
    return [...this.#entries.values()].find((one) => one.id === id);
  }

  #expire(now: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.isGranting || entry.state === "denied" || now < entry.expiresAt) continue;
      end(entry);
    }
  }
}

/** Whether somebody said yes to it, and the page does not have its keys yet. */
function isBeingGiven({ state, isGranting, isFetched }: Entry): boolean {
  return state === "pending" ? isGranting : state === "granted" && !isFetched;
}

function end(entry: Entry): void {
  entry.state = "expired";
  delete entry.keys;
}

function unknown(): RecorderError {
  return new RecorderError("REQUEST_UNKNOWN", "there is no such request, or it is not open any more");
}
