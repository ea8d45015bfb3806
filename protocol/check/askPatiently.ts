import { TocsinError } from "../errors.ts";

/** Milliseconds from one reading to the next: a node that takes a block is done soon, one that lags takes longer. */
const PAUSES_MS = [100, 500, 2_000];

/**
 * Reads a log again where head and events contradict each other, up to four times within 2.6 s. They are several calls,
 * and a node may answer from two states while it takes a block or another branch; the nodes behind one address may
 * differ by a block. That looks like a lie; but a lie stays one however often it is read, and only then is the RPC accused.
 * @param read rejects with LOG_HEAD_MISMATCH where they contradict each other
 */
export async function askPatiently<T>(read: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TocsinError && error.code === "LOG_HEAD_MISMATCH")) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return read();
}
