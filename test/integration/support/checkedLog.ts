import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { startAnvil, type Anvil } from "../../support/anvil.ts";
import { openTestLog, type TestLog } from "../../support/deploy.ts";
import { startGateway, type Gateway } from "../../support/gateway.ts";
import { startRpcProxy, type RpcProxy } from "../../support/rpcProxy.ts";
import { tocsin, type Run } from "../../support/tocsin.ts";
import vectors from "../../vectors/tcn.json" with { type: "json" };
import { contactFile, meet, type Meeting } from "./meeting.ts";

/** What a test changes about an ordinary check. */
export interface CheckChanges {
  /** A file in the folder; by default `vitalik`, who met the person of the report. `sourabh` met somebody else. */
  contacts?: string;
  gateways?: string[];
  log?: number;
  registry?: string;
  rpc?: string;
  /** Further arguments. */
  more?: string[];
}

/** A log of three batches in a chain of its own, served by a gateway, and contact files to check against it. */
export interface CheckedLog {
  anvil: Anvil;
  /** Stands in front of the chain; `check` asks it. */
  proxy: RpcProxy;
  gateway: Gateway;
  /** Serves other bytes under each batch's CID. */
  liar: Gateway;
  log: TestLog;
  /** Its report is in batch 1. Batch 2 has the same with a broken signature, and an entry of an unknown kind. */
  meeting: Meeting;
  /** The path of a file in the folder of this log. */
  at(name: string): string;
  /** Runs `tocsin check`. */
  check(changes?: CheckChanges): Promise<Run>;
  close(): Promise<void>;
}

export async function openCheckedLog(): Promise<CheckedLog> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-check-"));
  const at = (name: string): string => join(folder, name);
  const [anvil, gateway, liar] = await Promise.all([startAnvil(), startGateway(), startGateway()]);
  const proxy = await startRpcProxy(anvil.url);
  const log = await openTestLog(anvil);
  const tenHoursAgo = Math.floor(Date.now() / 1000) - 10 * 3_600;
  const [meeting, elsewhere] = [meet(tenHoursAgo), meet(tenHoursAgo)];
  writeFileSync(at("vitalik"), contactFile(meeting.contacts));
  writeFileSync(at("sourabh"), contactFile(elsewhere.contacts));

  const others = vectors.reports
    .filter(({ tcn_count }) => tcn_count < 100)
    .map(({ signed_report }) => fromHex(`01${signed_report}`, "entry"));
  await log.append(others.slice(0, 5));
  await log.append([...others.slice(5, 9), meeting.entry]);
  await log.append([forgedFrom(meeting.entry), new Uint8Array([200, 1, 2, 3]), ...others.slice(9)]);
  for (const { cidDigest, file } of log.batches) {
    gateway.serve(cidDigest, file);
    liar.serve(cidDigest, new TextEncoder().encode("something else"));
  }
  return {
    anvil,
    proxy,
    gateway,
    liar,
    log,
    meeting,
    at,
    check({ contacts = "vitalik", gateways = [gateway.url], more = [], ...changes } = {}) {
      const { registry = log.registry, log: logId = log.logId, rpc = proxy.url } = changes;
      const source = ["--rpc", rpc, "--registry", registry, "--log", `${logId}`];
      return tocsin(["check", "--contacts", at(contacts), ...source, "--gateway", ...gateways, ...more]);
    },
    async close() {
      await Promise.all([proxy.stop(), gateway.stop(), liar.stop(), anvil.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}

function forgedFrom(entry: Uint8Array): Uint8Array {
  const forged = entry.slice();
  forged[forged.length - 40]! ^= 1;
  return forged;
}
