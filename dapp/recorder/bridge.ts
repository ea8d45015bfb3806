import type { BroadcastTimes, TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { plainFetch } from "../sync/plainFetch.ts";
import { readJson } from "../sync/readJson.ts";
import {
  PAGE_LENGTH,
  readBroadcasts,
  readContactPage,
  readKeyAnswer,
  readKeyRequest,
  readPairing,
  readStatus,
  type ContactPage,
  type KeyAnswer,
  type RecorderStatus,
} from "./answers.ts";
import { BridgeError } from "./bridgeError.ts";
import { whyBlocked } from "./localAccess.ts";
import type { RecorderConnection } from "./connection.ts";

/** A page of records is half of it. */
const MAX_ANSWER_BYTES = 1_048_576;
const TIMEOUT_MS = 10_000;
/** The browser may ask the user first. */
const PAIRING_TIMEOUT_MS = 60_000;

/** Whom to ask, and as whom. */
type Bridge = Pick<RecorderConnection, "url" | "token">;

/** Every function below throws BridgeError. */
export async function pair(url: string, code: string): Promise<{ token: string; name: string }> {
  return readPairing(await ask({ url }, "POST", "pairings", { code }, PAIRING_TIMEOUT_MS));
}

/** Ends the pairing on the recorder's side. */
export async function unpair(bridge: Bridge): Promise<void> {
  await ask(bridge, "DELETE", "pairings/current");
}

export async function fetchStatus(bridge: Bridge): Promise<RecorderStatus> {
  return readStatus(await ask(bridge, "GET", "status"));
}

/** The contact records that are new or changed since a revision. */
export async function fetchContacts(bridge: Bridge, after: number): Promise<ContactPage> {
  return readContactPage(await ask(bridge, "GET", `contacts?after=${after}&limit=${PAGE_LENGTH}`), after);
}

/** When the keys were on air that the recorder could hand out. */
export async function fetchBroadcasts(bridge: Bridge): Promise<BroadcastTimes[]> {
  return readBroadcasts(await ask(bridge, "GET", "broadcasts"));
}

/** Asks for the keys of these times; somebody must agree on the recorder's machine. */
export async function requestKeys(
  bridge: Bridge,
  windows: readonly TimeSpan[],
): Promise<{ id: string; expiresAt: number }> {
  return readKeyRequest(await ask(bridge, "POST", "key-requests", { windows }));
}

export async function fetchKeyAnswer(bridge: Bridge, id: string): Promise<KeyAnswer> {
  return readKeyAnswer(await ask(bridge, "GET", `key-requests/${id}`));
}

export async function withdrawKeyRequest(bridge: Bridge, id: string): Promise<void> {
  await ask(bridge, "DELETE", `key-requests/${id}`);
}

/** @returns undefined where the answer has no content */
async function ask(
  { url, token }: { url: string; token?: string },
  method: string,
  path: string,
  body?: object,
  timeout = TIMEOUT_MS,
): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await plainFetch(`${url}/v1/${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      cache: "no-store",
      // Another address than the one that was paired gets no token.
      redirect: "error",
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    const code = (await whyBlocked(url)) ?? "UNREACHABLE";
    throw new BridgeError(code, `the recorder did not answer: ${String(error)}`, { cause: error });
  }
  if (response.status === 204) return undefined;
  try {
    answer = await readJson(response, MAX_ANSWER_BYTES);
  } catch (error) {
    throw new BridgeError("ANSWER_INVALID", String(error), { cause: error });
  }
  if (!response.ok) throw refusal(response.status, answer);
  return answer;
}

/** The recorder's own code and message, as far as they have the form of one. */
function refusal(status: number, answer: unknown): BridgeError {
  const { code, message } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{0,63}$/.test(code)
    ? new BridgeError(code, typeof message === "string" ? message.slice(0, 300) : code)
    : new BridgeError("ANSWER_INVALID", `it answers with status ${status}`);
}
