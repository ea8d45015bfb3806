import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { unixNow } from "../storage/clock.ts";
import type { Store } from "../storage/store.ts";
import type { KeyAnswer } from "./answers.ts";
import { fetchKeyAnswer, requestKeys, withdrawKeyRequest } from "./bridge.ts";
import { BridgeError } from "./bridgeError.ts";
import type { RecorderConnection } from "./connection.ts";

const POLL_MS = 2_000;

/**
 * Asks the recorder for the keys of these times, waits until somebody at it agrees, and stores them. What it asked is
 * remembered: a recorder gives keys once and never uses or offers them again.
 * @param onAsked hears until when the recorder waits, unix seconds
 * @param signal takes the request back
 * @returns whether the keys are stored; false when it was taken back
 * @throws BridgeError: REQUEST_DENIED, REQUEST_EXPIRED, or what the recorder says to the request itself
 */
export async function obtainKeys(
  store: Store,
  connection: RecorderConnection,
  windows: readonly TimeSpan[],
  onAsked: (expiresAt: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  await endKeyRequest(store, connection);
  const { id, expiresAt } = await requestKeys(connection, windows);
  await remember(store, connection, id);
  onAsked(expiresAt);
  while (!signal.aborted) {
    const answer = await answerOrPending(connection, id);
    if (answer.state !== "pending") {
      await settle(store, connection, answer);
      if (answer.state === "granted") return true;
      throw new BridgeError(
        `REQUEST_${answer.state.toUpperCase()}`,
        `the request for keys is ${answer.state}`,
      );
    }
    await pause(signal);
  }
  await endKeyRequest(store, { ...connection, keyRequest: id }).catch((error: unknown) => {
    // Somebody has just agreed, and what they gave can be had only once: collectKeys fetches it.
    if (!isRefusal(error, "REQUEST_OPEN")) throw error;
  });
  return false;
}

/**
 * Stores the keys that an earlier request was granted, if it was, and forgets the request unless it still waits.
 * @throws BridgeError
 */
export async function collectKeys(store: Store, connection: RecorderConnection): Promise<void> {
  if (connection.keyRequest === undefined) return;
  await settle(store, connection, await knownAnswer(connection, connection.keyRequest));
}

/** As collectKeys, and takes the request back where it still waits. @throws REQUEST_OPEN where somebody is agreeing to it */
async function endKeyRequest(store: Store, connection: RecorderConnection): Promise<void> {
  const { keyRequest } = connection;
  if (keyRequest === undefined) return;
  const answer = await knownAnswer(connection, keyRequest);
  if (answer.state === "pending") {
    await withdrawKeyRequest(connection, keyRequest);
    await remember(store, connection, undefined);
  } else await settle(store, connection, answer);
}

/** The keys are stored before the request is forgotten. */
async function settle(store: Store, connection: RecorderConnection, answer: KeyAnswer): Promise<void> {
  if (answer.state === "pending") return;
  if (answer.state === "granted") await store.importKeys(answer.keys, unixNow());
  await remember(store, connection, undefined);
}

function remember(store: Store, { token }: RecorderConnection, id: string | undefined): Promise<void> {
  return store.choices.changeRecorder(token, ({ keyRequest: _, ...rest }) => ({
    ...rest,
    ...(id === undefined ? {} : { keyRequest: id }),
  }));
}

/** A recorder that knows nothing of a request was stopped, or another tab took it back. */
async function knownAnswer(connection: RecorderConnection, id: string): Promise<KeyAnswer> {
  try {
    return await fetchKeyAnswer(connection, id);
  } catch (error) {
    if (isRefusal(error, "REQUEST_UNKNOWN")) return { state: "expired" };
    throw error;
  }
}

/** A recorder that is out of reach for a moment may have been granted the request meanwhile. */
async function answerOrPending(connection: RecorderConnection, id: string): Promise<KeyAnswer> {
  try {
    return await knownAnswer(connection, id);
  } catch (error) {
    if (isRefusal(error, "UNREACHABLE")) return { state: "pending" };
    throw error;
  }
}

function isRefusal(error: unknown, code: string): boolean {
  return error instanceof BridgeError && error.code === code;
}

/** Until it is time to ask again, or this page is looked at again: timers of hidden pages are late. */
async function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const timer = setTimeout(end, POLL_MS);
  signal.addEventListener("abort", end);
  document.addEventListener("visibilitychange", end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
  document.removeEventListener("visibilitychange", end);
}
