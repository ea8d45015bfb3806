import { connect } from "node:net";

const READ_BUFFER = 4_096;
const LENGTH_FIELD = Buffer.from("content-length: ");

/** What a load met. */
export interface Load {
  accepted: number;
  /** Answers other than 202, by status. */
  refused: Map<number, number>;
  seconds: number;
  /** From the request's first byte to the answer's last, milliseconds, of accepted ones. */
  latencies: number[];
}

/**
 * Sends requests over keep-alive connections, on each the next one as soon as the last is answered, until none are
 * left or the time is over. Bare sockets without a promise for each: the sender shares the machine with what it
 * measures.
 * @param requests whole HTTP requests
 * @throws Error when the relayer closes a connection
 */
export async function sendLoad(
  url: string,
  requests: readonly Uint8Array[],
  options: { connections: number; seconds: number },
): Promise<Load> {
  const { hostname, port } = new URL(url);
  const load: Load = { accepted: 0, refused: new Map(), seconds: 0, latencies: [] };
  const start = performance.now();
  const end = start + options.seconds * 1_000;
  let next = 0;
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let sent = 0;
      const answer = new Answer();
      const onData = (length: number, buffer: Uint8Array): boolean => {
        const status = answer.read(buffer.subarray(0, length));
        if (status === undefined) return true;
        if (status === 202) {
          load.accepted += 1;
          load.latencies.push(performance.now() - sent);
        } else load.refused.set(status, (load.refused.get(status) ?? 0) + 1);
        send();
        return true;
      };
      // One buffer a connection: without it, each answer is read into 64 KB of its own.
      const onread = { buffer: new Uint8Array(READ_BUFFER), callback: onData };
      const socket = connect({ port: Number(port), host: hostname, noDelay: true, onread });
      const send = (): void => {
        sent = performance.now();
        if (next < requests.length && sent < end) socket.write(requests[next++]!);
        else {
          resolve();
          socket.destroy();
        }
      };
      socket.on("error", reject);
      socket.on("close", () => {
        reject(new Error("the relayer closed the connection"));
      });
      send();
    });
  await Promise.all(Array.from({ length: options.connections }, run));
  load.seconds = (performance.now() - start) / 1_000;
  return load;
}

/** A POST of a body to a path, as bytes. */
export function postRequest(path: string, type: string, body: Uint8Array): Uint8Array {
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Reads answers on one connection, one at a time. */
class Answer {
  #read: Buffer[] = [];

  /** @returns the status of the answer that is complete with these bytes, which are copied where it is not */
  read(bytes: Uint8Array): number | undefined {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const all = this.#read.length === 0 ? chunk : Buffer.concat([...this.#read, chunk]);
    const headEnd = all.indexOf("\r\n\r\n");
    if (headEnd === -1 || all.length < headEnd + 4 + contentLength(all, headEnd)) {
      this.#read = [Buffer.from(all)];
      return undefined;
    }
    this.#read = [];
    return Number(all.toString("latin1", 9, 12));
  }
}

/** The field of that name, which Node writes in small letters; 0 without it. */
function contentLength(answer: Buffer, headEnd: number): number {
  const at = answer.indexOf(LENGTH_FIELD);
  if (at === -1 || at > headEnd) return 0;
  return Number.parseInt(answer.toString("latin1", at + LENGTH_FIELD.length, headEnd), 10);
}
