import { once } from "node:events";
import { connect } from "node:net";
import { UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";

/** One answer, as an observer of the connection sees it. */
export interface Observed {
  status: number;
  /** Bytes of the whole answer, headers included. */
  bytes: number;
  /** From the upload's first byte to the answer's last. */
  milliseconds: number;
}

/** Sends uploads one after the other on one connection that stays open. */
export async function observe(url: string, uploads: readonly Uint8Array[]): Promise<Observed[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay();
  await once(socket, "connect");
  const head = `POST /v1/reports HTTP/1.1\r\nhost: relayer\r\ncontent-type: ${UPLOAD_TYPE}\r\ncontent-length: 512\r\n\r\n`;
  const observed: Observed[] = [];
  for (const upload of uploads) {
    const request = Buffer.concat([Buffer.from(head), upload]);
    const start = performance.now();
    socket.write(request);
    let answer = "";
    while (!isWhole(answer)) answer += ((await once(socket, "data")) as [Buffer])[0].toString("latin1");
    const milliseconds = performance.now() - start;
    observed.push({ status: Number(answer.slice(9, 12)), bytes: answer.length, milliseconds });
  }
  socket.destroy();
  return observed;
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
  return end !== -1 && answer.length >= end + 4 + length;
}

/** The two-sample Kolmogorov–Smirnov statistic: the largest gap between two distribution functions, 0 to 1. */
export function largestGap(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [one.toSorted((x, y) => x - y), other.toSorted((x, y) => x - y)];
  let [i, j, gap] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    gap = Math.max(gap, Math.abs(i / a.length - j / b.length));
  }
  return gap;
}
