// Fetches one block with Helia over HTTP alone, without libp2p: heliaFetch.mjs GATEWAY CID. Prints it in base64.
import { fallbackRouter } from "@helia/fallback-router";
import { withHTTP } from "@helia/http";
import { createHeliaLight } from "helia";
import { CID } from "multiformats/cid";

const [gateway, cid] = process.argv.slice(2);
const helia = withHTTP(createHeliaLight(), {
  delegatedRouters: [],
  recursiveGateways: [],
  allowInsecure: true,
  allowLocal: true,
});
// Helia 7.1 asks fallback routers only after another router, and waits for ever where there is none.
const router = fallbackRouter({ gateways: [gateway] });
helia.addRouter({ name: "the gateway", findProviders: (key, options) => router.findProviders(key, options) });
await helia.start();
const chunks = [];
const found = helia.blockstore.get(CID.parse(cid), { signal: AbortSignal.timeout(60_000) });
for await (const chunk of found) chunks.push(chunk);
process.stdout.write(`${Buffer.concat(chunks).toString("base64")}\n`);
await helia.stop();
