import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { MAX_BATCH_FILE_LENGTH } from "@tocsin/protocol/batch/file.ts";
import { fetchOnce, type BytesAnswer } from "../net/fetchOnce.ts";
import { BlockStoreError, type BlockStore } from "../ports/blockStore.ts";
import { isCidOf, jsonOf, wordsOf } from "./storeAnswers.ts";

/** Of an answer that is a line of JSON. */
const MAX_JSON_LENGTH = 65_536;

/**
 * Blocks in an IPFS node, by the RPC API of Kubo (docs.ipfs.tech/reference/kubo/rpc). Each is pinned, so that the
 * node's garbage collection leaves it.
 */
export class KuboBlocks implements BlockStore {
  readonly name = "kubo";
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;

  /**
   * @param url of the RPC API, without /api/v0; a user and password in it are sent as HTTP's basic authentication
   * @param timeoutMs milliseconds for one call
   */
  constructor(url: string, timeoutMs = 20_000) {
    const { origin, pathname, username, password } = new URL(url);
    this.#base = `${origin}${pathname.replace(/\/+$/, "")}/api/v0`;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#headers = username ? { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } : {};
    this.#timeoutMs = timeoutMs;
  }

  async put(cidDigest: Uint8Array, block: Uint8Array): Promise<void> {
    const form = new FormData();
    form.append("data", new Blob([new Uint8Array(block)], { type: "application/octet-stream" }));
    const query = { "cid-codec": "raw", mhtype: "sha2-256", pin: "true" };
    const answer = await this.#call("block/put", query, MAX_JSON_LENGTH, form);
    if (answer.status !== 200) refuse("block/put", answer);
    if (!isCidOf(jsonOf(answer.bytes).Key, cidDigest)) {
      throw new BlockStoreError("STORE_FAILED", "block/put answers another CID than that of the block");
    }
  }

  /** Asks the node for what it holds itself: without `offline` it would search the network for what it lost. */
  async get(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    const query = { arg: cidOf(cidDigest), offline: "true" };
    const answer = await this.#call("block/get", query, MAX_BATCH_FILE_LENGTH);
    if (answer.status === 200) return answer.bytes;
    return /not found|could not find/i.test(messageOf(answer)) ? undefined : refuse("block/get", answer);
  }

  async delete(cidDigest: Uint8Array): Promise<void> {
    const arg = cidOf(cidDigest);
    const unpinned = await this.#call("pin/rm", { arg }, MAX_JSON_LENGTH);
    if (unpinned.status !== 200 && !/not pinned/i.test(messageOf(unpinned))) refuse("pin/rm", unpinned);
    const removed = await this.#call("block/rm", { arg, force: "true" }, MAX_JSON_LENGTH);
    if (removed.status !== 200) refuse("block/rm", removed);
    // A block that it did not remove, a pinned one for example, is reported with status 200.
    const { Error: reason } = jsonOf(removed.bytes);
    if (typeof reason === "string" && reason !== "" && !/not found|could not find/i.test(reason)) {
      throw new BlockStoreError("STORE_FAILED", `block/rm fails: ${wordsOf(reason)}`);
    }
  }

  async #call(
    command: string,
    query: Record<string, string>,
    maxLength: number,
    body?: FormData,
  ): Promise<BytesAnswer> {
    const url = `${this.#base}/${command}?${new URLSearchParams(query).toString()}`;
    const request = {
      method: "POST",
      headers: this.#headers,
      maxLength,
      timeoutMs: this.#timeoutMs,
    } as const;
    try {
      return await fetchOnce(url, body === undefined ? request : { ...request, body });
    } catch (error) {
      throw new BlockStoreError("STORE_FAILED", `${command}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** What Kubo says of an error: {"Message": …, "Code": …, "Type": "error"}. */
function messageOf({ bytes }: BytesAnswer): string {
  const { Message: message } = jsonOf(bytes);
  return typeof message === "string" ? message : "";
}

function refuse(command: string, answer: BytesAnswer): never {
  const words = wordsOf(messageOf(answer));
  const code = /no space left|disk quota/i.test(words) ? "STORAGE_FULL" : "STORE_FAILED";
  throw new BlockStoreError(code, `${command} answers ${answer.status}${words ? `: ${words}` : ""}`);
}
