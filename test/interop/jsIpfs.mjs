// js-ipfs as a node that serves /api/v0 and talks to nobody: jsIpfs.mjs FOLDER. Prints its URL and runs until its
// stdin is closed.
import { create } from "ipfs-core";
import { HttpApi } from "ipfs-http-server";

const node = await create({
  repo: process.argv[2],
  init: { emptyRepo: true },
  silent: true,
  offline: true,
  config: {
    Addresses: { Swarm: [], API: "/ip4/127.0.0.1/tcp/0" },
    Bootstrap: [],
    Discovery: { MDNS: { Enabled: false } },
  },
});
const api = new HttpApi(node);
await api.start();
const [server] = api._apiServers;

// js-ipfs stood still before Kubo gave these options their names of today. It is offline in any case.
server.ext("onRequest", (request, toolkit) => {
  const url = new URL(request.url);
  const codec = url.searchParams.get("cid-codec");
  url.searchParams.delete("cid-codec");
  url.searchParams.delete("offline");
  if (codec !== null) {
    url.searchParams.set("format", codec);
    url.searchParams.set("version", "1");
  }
  request.setUrl(url);
  return toolkit.continue;
});

process.stdout.write(`${server.info.uri}\n`);
process.stdin.resume().once("end", () => process.exit(0));
