import type { BroadcastKey, TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Recorder } from "../recorder.ts";
import { KeyRequests, type KeyRequest } from "./keyRequests.ts";
import { PairingCodes, type PairingCode } from "./pairingCodes.ts";
import type { Pairings } from "./pairings.ts";

interface PagesParts {
  recorder: Pick<Recorder, "handOut">;
  pairings: Pairings;
  clock: Clock;
  /** Takes remarks for the person who started the recorder. */
  note: (line: string) => void;
}

/**
 * What pages may do and ask for, and what the person answers. Pages come over the bridge, the person over the control
 * socket.
 */
export class Pages {
  readonly pairings: Pairings;
  readonly #codes = new PairingCodes();
  readonly #requests = new KeyRequests();
  readonly #recorder: PagesParts["recorder"];
  readonly #clock: Clock;
  readonly #note: PagesParts["note"];

  constructor({ recorder, pairings, clock, note }: PagesParts) {
    this.pairings = pairings;
    this.#recorder = recorder;
    this.#clock = clock;
    this.#note = note;
  }

  newCode(): PairingCode {
    return this.#codes.make(this.#now());
  }

  /** @returns the token of that origin @throws PAIRING_REFUSED, DATA_FOLDER_UNUSABLE */
  pair(origin: string, code: string): string {
    if (!this.#codes.redeem(code, this.#now())) {
      const message = "the code is wrong or over: make a new one with `tocsin-recorder pair`";
      throw new RecorderError("PAIRING_REFUSED", message);
    }
    const token = this.pairings.add(origin, this.#now());
    this.#note("a page was paired: `tocsin-recorder unpair` shows which pages are");
    return token;
  }

  /** Ends a pairing, and what the page asked for. @throws DATA_FOLDER_UNUSABLE */
  unpair(origin: string): void {
    this.pairings.remove(origin);
    this.#requests.dropAll(origin);
  }

  /** @throws REQUEST_OPEN */
  requestKeys(origin: string, windows: readonly TimeSpan[]): KeyRequest {
    const request = this.#requests.open(origin, windows, this.#now());
    this.#note("a page asks for the keys of some hours: `tocsin-recorder approve` shows which, and asks you");
    return request;
  }

  /** @throws REQUEST_UNKNOWN */
  requestState(origin: string, id: string): ReturnType<KeyRequests["stateOf"]> {
    return this.#requests.stateOf(origin, id, this.#now());
  }

  /** @throws REQUEST_UNKNOWN, REQUEST_OPEN while its keys are being given */
  dropRequest(origin: string, id: string): void {
    this.#requests.drop(origin, id, this.#now());
  }

  /** Forgets every page's request, and keys that were not fetched. */
  dropRequests(): void {
    this.#requests.clear();
  }

  openRequests(): KeyRequest[] {
    return this.#requests.pending(this.#now());
  }

  /** Hands the keys of a request out to its page. @throws REQUEST_UNKNOWN, or as Recorder.handOut */
  approve(id: string): Promise<readonly BroadcastKey[]> {
    const handOut = (windows: readonly TimeSpan[]): Promise<BroadcastKey[]> =>
      this.#recorder.handOut(windows);
    return this.#requests.grant(id, () => this.#now(), handOut);
  }

  /** Also takes back what was approved and not fetched. @throws REQUEST_UNKNOWN */
  deny(id: string): void {
    this.#requests.deny(id, this.#now());
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
