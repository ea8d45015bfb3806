import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { FAKE_CHAIN_ID, FakeChain } from "@tocsin/protocol/check/support/fakeChain.ts";
import { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import { threadMatching } from "../../relayer/match/threadMatching.ts";
import { readCheckLog, type CheckRun } from "./checkInput.ts";
import { peakMemory } from "./relayerLoad.ts";

const LOG_ID = 1;
const SEEN = 900;
const ANCHORED = 1_000;

// A process that makes one check of the log in a folder and prints what it took.
const [, , folder = ""] = process.argv;
// As the command does: its threads begin while it reads the contacts.
const reading = Promise.withResolvers<ContactTable>();
const matching = threadMatching(reading.promise);
const log = await readCheckLog(folder);
const chain = new FakeChain();
chain.mine(10, { name: "open", logId: LOG_ID, operator: new Uint8Array(20) });
for (const { root, cidDigest, count } of log.batches) {
  const batch = { root: fromHex(root, "root"), cidDigest: fromHex(cidDigest, "CID"), count };
  chain.mine(ANCHORED, { name: "append", logId: LOG_ID, batch });
}
const contacts = ContactTable.from(
  log.contacts.map((tcn) => ({ tcn: fromHex(tcn, "TCN"), firstSeen: SEEN, lastSeen: SEEN, samples: 1 })),
);
const start = performance.now();
reading.resolve(contacts);
const { exposures, counts } = await checkExposures({
  rpc: chain.rpc,
  fetch: async (url) => {
    const file = await readFile(join(folder, new URL(url).pathname.replace("/ipfs/", "")));
    // A stream, as a download is one: bytes alone would be copied twice.
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(file);
        controller.close();
      },
    });
    return new Response(body);
  },
  source: { chainId: FAKE_CHAIN_ID, registry: chain.registry, logId: LOG_ID },
  gateways: ["http://disk"],
  contacts,
  matching,
});
matching.close();
const run: CheckRun = {
  seconds: (performance.now() - start) / 1_000,
  peakMegabytes: peakMemory(process.pid),
  reports: counts.reports,
  exposures: exposures.length,
};
console.log(JSON.stringify(run));
