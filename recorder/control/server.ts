import { chmodSync, rmSync } from "node:fs";
import Fastify, { type FastifyInstance } from "fastify";
import { formatBroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { answerErrors, readWindows } from "../bridge/answers.ts";
import type { KeyRequest } from "../bridge/keyRequests.ts";
import type { Pages } from "../bridge/pages.ts";
import type { Pairing } from "../bridge/pairings.ts";
import { RecorderError } from "../errors.ts";
import type { Recorder, RecorderStatus } from "../recorder.ts";

const PRIVATE_FILE = 0o600;
/** Bytes of a socket's path that Linux takes. */
const MAX_PATH_LENGTH = 107;
/** An origin in a path, percent-encoded. */
const MAX_PARAM_LENGTH = 1_024;

export interface ControlParts {
  recorder: Pick<Recorder, "status" | "handOut" | "handedOut" | "eraseKeys">;
  pages: Pages;
  /** Where pages reach the bridge; undefined without one. */
  bridgeUrl: string | undefined;
  /** The folder must be held, so that any socket there is one that nobody listens on any more. */
  socket: string;
}

/** What the command line is told of a recorder that runs. */
export interface ControlStatus {
  recorder: RecorderStatus;
  /** Where pages reach the bridge; left out without one. */
  bridgeUrl?: string;
  /** Pages that are paired. */
  pages: Pairing[];
  /** Requests for keys that wait for an answer. */
  requests: KeyRequest[];
}

/**
 * Serves the command line over a socket that only the owner of the data folder reaches: who can open it may do all that
 * the recorder can.
 * @returns a function that ends it
 * @throws DATA_FOLDER_UNUSABLE
 */
export async function startControl(parts: ControlParts): Promise<() => Promise<void>> {
  const { socket } = parts;
  assertSocketPath(socket);
  const server = Fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
  });
  answerErrors(server, (error) => error.message);
  addRecorderRoutes(server, parts);
  addPageRoutes(server, parts);
  try {
    rmSync(socket, { force: true });
    await server.listen({ path: socket });
    chmodSync(socket, PRIVATE_FILE);
  } catch (error) {
    await server.close();
    const message = `cannot listen on ${socket}: ${(error as Error).message}`;
    throw new RecorderError("DATA_FOLDER_UNUSABLE", message, { cause: error });
  }
  return () => server.close();
}

/** @throws DATA_FOLDER_UNUSABLE where the system takes no path of that length for a socket */
export function assertSocketPath(socket: string): void {
  const length = Buffer.byteLength(socket);
  if (length <= MAX_PATH_LENGTH) return;
  throw new RecorderError(
    "DATA_FOLDER_UNUSABLE",
    `${socket} has ${length} bytes, and the path of a socket at most ${MAX_PATH_LENGTH}: give a shorter --data-dir`,
  );
}

function addRecorderRoutes(server: FastifyInstance, { recorder, pages, bridgeUrl }: ControlParts): void {
  server.get("/status", (_request, reply) => {
    const status: ControlStatus = {
      recorder: recorder.status(),
      ...(bridgeUrl === undefined ? {} : { bridgeUrl }),
      pages: pages.pairings.list(),
      requests: pages.openRequests(),
    };
    return reply.send(status);
  });
  server.post("/hand-outs", async (request) => {
    const keys = await recorder.handOut(readWindows(request.body));
    return { keys: keys.map(formatBroadcastKey) };
  });
  server.post("/hand-outs/again", (request, reply) =>
    reply.send({ keys: recorder.handedOut(readWindows(request.body)).map(formatBroadcastKey) }),
  );
  server.delete("/keys", async () => {
    pages.dropRequests();
    return { erased: await recorder.eraseKeys() };
  });
}

function addPageRoutes(server: FastifyInstance, { pages, bridgeUrl }: ControlParts): void {
  server.post("/pairing-codes", (_request, reply) => {
    if (bridgeUrl !== undefined) return reply.code(201).send({ ...pages.newCode(), url: bridgeUrl });
    throw new RecorderError(
      "BRIDGE_OFF",
      "this recorder runs without a bridge: start it without --no-bridge",
    );
  });
  server.delete<{ Params: { origin: string } }>("/pairings/:origin", (request, reply) => {
    pages.unpair(request.params.origin);
    return reply.code(204).send();
  });
  server.post<{ Params: { id: string } }>("/key-requests/:id/approval", async (request) => ({
    keys: (await pages.approve(request.params.id)).length,
  }));
  server.post<{ Params: { id: string } }>("/key-requests/:id/denial", (request, reply) => {
    pages.deny(request.params.id);
    return reply.code(204).send();
  });
}
