import { setTimeout as sleep } from "node:timers/promises";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { MAX_BATCH_FILE_LENGTH } from "@tocsin/protocol/batch/file.ts";
import { fetchOnce, type BytesAnswer, type OneRequest } from "../net/fetchOnce.ts";
import { BlockStoreError, type BlockStore } from "../ports/blockStore.ts";
import { httpMultiaddr } from "./httpMultiaddr.ts";
import { pinOf, pinsOf, type Pin } from "./pinStatus.ts";
import { isCidOf, jsonOf, wordsOf } from "./storeAnswers.ts";

/** The most that a list of 1,000 pins, which is the longest that may be asked for, takes. */
const MAX_LIST_LENGTH = 4 * 1024 * 1024;
const MAX_PINS = 1_000;

/** Where a pinning service is, and how long to wait for it. */
export interface PinningOptions {
  /** URL of the API, without /pins. */
  service: string;
  /** Access token. A secret. */
  token: string;
  /** URL of a trustless gateway that serves what the service has pinned, without /ipfs. */
  gateway: string;
  /** URL of this relayer's own gateway, from which the service may fetch the block. */
  publicUrl?: string | undefined;
  /** Milliseconds for one call. */
  timeoutMs?: number;
  /** Milliseconds that a put waits for the service to pin. */
  patienceMs?: number;
  /** Milliseconds between two questions whether it has. */
  pauseMs?: number;
}

/**
 * Blocks at a service that speaks the IPFS Pinning Service API 1.0 (ipfs.github.io/pinning-services-api-spec). No
 * bytes are sent to it: it fetches the block itself, from a node or a gateway that has it.
 */
export class PinningBlocks implements BlockStore {
  readonly name = "pinning";
  readonly #options: Required<Omit<PinningOptions, "publicUrl">>;
  readonly #origins: string[];

  constructor({ publicUrl, ...options }: PinningOptions) {
    const bare = (url: string): string => url.replace(/\/+$/, "");
    this.#options = {
      timeoutMs: 20_000,
      patienceMs: 20_000,
      pauseMs: 1_000,
      ...options,
      service: bare(options.service),
      gateway: bare(options.gateway),
    };
    this.#origins = publicUrl === undefined ? [] : [httpMultiaddr(publicUrl)];
  }

  /**
   * Asks the service to pin the block and waits until it has. One that was asked before is asked for no second time,
   * so a put that ran out of patience is continued by the next.
   */
  async put(cidDigest: Uint8Array): Promise<void> {
    const pins = await this.#find(cidDigest);
    if (pins.some(({ status }) => status === "pinned")) return;
    for (const pin of pins) if (pin.status === "failed") await this.#remove(pin);
    let pin = pins.find(({ status }) => status !== "failed") ?? (await this.#add(cidDigest));
    const end = performance.now() + this.#options.patienceMs;
    while (pin.status !== "pinned") {
      if (pin.status === "failed") {
        await this.#remove(pin);
        throw failure(`the service cannot pin the block${pin.details ? `: ${pin.details}` : ""}`);
      }
      if (performance.now() >= end) throw failure(`the block is not pinned yet: it is ${pin.status}`);
      await sleep(this.#options.pauseMs);
      pin = await this.#look(pin, cidDigest);
    }
  }

  async get(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    const url = `${this.#options.gateway}/ipfs/${cidOf(cidDigest)}?format=raw`;
    const headers = { accept: "application/vnd.ipld.raw" };
    const answer = await this.#exchange("the gateway", url, { headers, maxLength: MAX_BATCH_FILE_LENGTH });
    if (answer.status === 200) return answer.bytes;
    if (answer.status === 404 || answer.status === 410) return undefined;
    throw failure(`the gateway answers ${answer.status}`);
  }

  /** Whatever status a request has: one that is still queued would be pinned later. */
  async delete(cidDigest: Uint8Array): Promise<void> {
    for (const pin of await this.#find(cidDigest)) await this.#remove(pin);
  }

  async #find(cidDigest: Uint8Array): Promise<Pin[]> {
    const status = "queued,pinning,pinned,failed";
    const query = new URLSearchParams({ cid: cidOf(cidDigest), status, limit: String(MAX_PINS) });
    const pins = pinsOf(jsonOf(await this.#ask("GET", `/pins?${query.toString()}`, [200])));
    if (!pins) throw failure("the service answers no list of pins");
    // A service that overlooks the filter must not make us delete other people's pins.
    return pins.filter(({ cid }) => isCidOf(cid, cidDigest));
  }

  async #add(cidDigest: Uint8Array): Promise<Pin> {
    const cid = cidOf(cidDigest);
    const origins = this.#origins.length > 0 ? { origins: this.#origins } : {};
    const body = JSON.stringify({ cid, name: `tocsin ${cid}`, ...origins });
    return this.#pinIn(await this.#ask("POST", "/pins", [200, 202], body), cidDigest);
  }

  async #look(pin: Pin, cidDigest: Uint8Array): Promise<Pin> {
    return this.#pinIn(await this.#ask("GET", pathOf(pin), [200]), cidDigest);
  }

  async #remove(pin: Pin): Promise<void> {
    await this.#ask("DELETE", pathOf(pin), [200, 202, 204, 404]);
  }

  #pinIn(bytes: Uint8Array, cidDigest: Uint8Array): Pin {
    const pin = pinOf(jsonOf(bytes));
    if (!pin) throw failure("the service answers no pin");
    if (!isCidOf(pin.cid, cidDigest)) throw failure("the service answers a pin of another CID");
    return pin;
  }

  async #ask(method: "GET" | "POST" | "DELETE", path: string, expected: number[], body?: string) {
    const headers = {
      authorization: `Bearer ${this.#options.token}`,
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const request = { method, headers, maxLength: MAX_LIST_LENGTH, ...(body === undefined ? {} : { body }) };
    const answer = await this.#exchange("the service", this.#options.service + path, request);
    if (!expected.includes(answer.status)) throw failure(`the service answers ${this.#refusalIn(answer)}`);
    return answer.bytes;
  }

  /** The status, and what {"error": {"reason": …, "details": …}} says, should it quote the token without that. */
  #refusalIn({ status, bytes }: BytesAnswer): string {
    const { error } = jsonOf(bytes) as { error?: { reason?: unknown; details?: unknown } | null };
    const words = [error?.reason, error?.details].filter((part) => typeof part === "string").join(", ");
    return words ? `${status}: ${wordsOf(words.replaceAll(this.#options.token, "…"))}` : String(status);
  }

  async #exchange(who: string, url: string, request: OneRequest): Promise<BytesAnswer> {
    try {
      return await fetchOnce(url, { ...request, timeoutMs: this.#options.timeoutMs });
    } catch (error) {
      throw failure(`${who}: ${(error as Error).message}`, error);
    }
  }
}

function pathOf({ requestid }: Pin): string {
  return `/pins/${encodeURIComponent(requestid)}`;
}

function failure(message: string, cause?: unknown): BlockStoreError {
  return new BlockStoreError("STORE_FAILED", message, { cause });
}
