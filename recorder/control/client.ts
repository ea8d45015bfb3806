import { request } from "node:http";
import { RecorderError, type RecorderCode } from "../errors.ts";
import { outOfReach } from "./dataFolder.ts";

/** Longer than handing keys out takes, which waits for the radio. Milliseconds. */
const TIMEOUT = 30_000;

/**
 * Asks the recorder that runs with a data folder.
 * @param socket path of its control socket
 * @returns what it answered
 * @throws RECORDER_NOT_RUNNING, RECORDER_SILENT, DATA_FOLDER_UNUSABLE, or the recorder's own refusal
 */
export async function askRecorder<T>(
  socket: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  const { status, text } = await exchange(socket, method, path, body).catch((error: unknown) => {
    throw explain(socket, error as NodeJS.ErrnoException);
  });
  const answer = (text === "" ? undefined : JSON.parse(text)) as unknown;
  if (status < 400) return answer as T;
  const { code, message } = answer as { code: RecorderCode; message: string };
  throw new RecorderError(code, message);
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const options = { socketPath, method, path, headers, timeout: TIMEOUT, agent: false };
    const asked = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 500, text: Buffer.concat(chunks).toString() });
      });
    });
    asked.once("error", reject);
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.end(body === undefined ? "" : JSON.stringify(body));
  });
}

function explain(socket: string, error: NodeJS.ErrnoException): RecorderError {
  if (error.code === "EACCES" || error.code === "ELOOP" || error.code === "ENOTDIR") {
    return outOfReach(socket, error);
  }
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") {
    const message = "no recorder is running with this data folder: start one with `tocsin-recorder run`";
    return new RecorderError("RECORDER_NOT_RUNNING", message, { cause: error });
  }
  const message = `the recorder does not answer (${error.message}): end it, and start it anew`;
  return new RecorderError("RECORDER_SILENT", message, { cause: error });
}
