import { join } from "node:path";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { openSqlite } from "../../relayer/adapters/sql/sqlite.ts";
import { randomReport } from "./relayerBench.ts";

const GROUP = 5_000;

/**
 * Puts waiting entries into a relayer's data folder as if they had been received long ago. They have a report's length
 * and form; nobody looks at their signatures again.
 */
export async function fillBacklog(dataDir: string, count: number): Promise<void> {
  const database = await openSqlite(join(dataDir, "relayer.sqlite"));
  const sample = randomReport();
  for (let done = 0; done < count; done += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, count - done) }, (_, i) => {
      const report = Uint8Array.from(sample);
      new DataView(report.buffer).setUint32(0, done + i);
      const entry = reportEntry(report);
      return { leaf: leafHash(entry), entry, receivedAt: 1, deadline: 4_000_000_000 };
    });
    await database.addEntries(group, []);
  }
  await database.close();
}
