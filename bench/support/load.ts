import { connect, type Socket } from "node:net";

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
 * left or the time is over. Bare sockets: the sender shares the machine with what it measures.
 * @param requests whole HTTP requests
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
  const run = async (): Promise<void> => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    const answers = new Answers(socket);
    while (next < requests.length && performance.now() < end) {
      const sent = performance.now();
      socket.write(requests[next++]!);
      const status = await answers.next();
      if (status === 202) {
        load.accepted += 1;
        load.latencies.push(performance.now() - sent);
      } else load.refused.set(status, (load.refused.get(status) ?? 0) + 1);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: options.connections }, run));
  load.seconds = (performance.now() - start) / 1_000;
  return load;
}

/** A POST of a body to a path, as bytes. */
export function postRequest(path: string, type: string, body: Uint8Array): Uint8Array {
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Reads the statuses of the answers on one connection, in order. */
class Answers {
  #rest: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    socket.on("data", (chunk) => {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      this.#deliver();
    });
    const fail = (error?: Error): void => {
      this.#waiting?.reject(error ?? new Error("the relayer closed the connection"));
    };
    socket.on("error", fail);
    socket.on("close", () => {
      fail();
    });
  }

  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#deliver();
    });
  }

  #deliver(): void {
    const headEnd = this.#rest.indexOf("\r\n\r\n");
    if (headEnd === -1 || !this.#waiting) return;
    const head = this.#rest.toString("latin1", 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#rest.length < headEnd + 4 + length) return;
    this.#rest = this.#rest.subarray(headEnd + 4 + length);
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(Number(head.slice(9, 12)));
  }
}
