import { join } from "node:path";
import { styleText } from "node:util";
import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import type { Day, Person } from "./people.ts";
import { tocsin } from "./processes.ts";
import type { Stack } from "./stack.ts";
import { findAddresses, findTraces, readAll, tracesOf } from "./traces.ts";

const ANCHOR_TIMEOUT_MS = 60_000;

interface ReportStatus {
  leaf: string;
  state: string;
  batch?: { seq: number; count: number; root: string; cid: string };
  transaction?: { hash: string; blockNumber: number };
  proof?: { log: { head: string } };
}

interface CheckOutput {
  exposures: {
    firstSeen: number;
    durationSeconds: number;
    minDistance?: number;
    averageDistance?: number;
    samples: number;
    reports: { leaf: string }[];
  }[];
  counts: { batches: number; reports: number };
  log: { head: string };
}

/**
 * Plays the seven steps with the real parts and prints each one's evidence.
 * @param live gives the day on which the three meet or do not
 * @throws when a step does not hold
 */
export async function playStory(
  stack: Stack,
  live: () => Promise<Day>,
  say: (line: string) => void,
): Promise<void> {
  const step = (number: number, title: string): void => say(`\n${styleText("bold", `${number}. ${title}`)}`);
  const evidence = (name: string, value: string | number): void => say(`   ${name.padEnd(14)} ${value}`);

  step(1, "Alex and Vitalik meet; their devices exchange numbers. Sourabh is elsewhere");
  const day = await live();
  evidence("meeting", `${clock(day.meeting.from)} to ${clock(day.meeting.to)}`);
  for (const person of [day.alex, day.vitalik, day.sourabh]) {
    evidence(person.name, `sent ${person.sent.length} numbers, recorded ${person.contacts.length}`);
  }
  evidence("radio", day.radio);

  step(2, "Nothing of it has reached a server");
  assertNoTraces(stack, day);
  const before = await get<{ total: number }>(`${stack.relayer}/v1/log`);
  if (before.total !== 0) throw new Error("the relayer knows of reports before there are any");
  evidence("relayer", "0 reports; none of the numbers in its log, database or blocks");
  evidence(
    "chain",
    `${await countTransactions(stack)} transactions: the registry's deployment and the log's opening`,
  );

  step(3, "Alex falls ill and reports through the relayer");
  const around = { from: day.meeting.from - 3_600, to: day.meeting.to + 3_600 };
  const leaves = await report(stack, day.alex, around);
  evidence("reports", `${leaves.length}, made and signed on Alex's device, with self-reported symptoms`);
  evidence("receipts", "signed by the log's operator: a promise to anchor them");
  await Promise.all(day.others.map((person) => report(stack, person, around)));
  evidence("others", `${day.others.length} strangers report as well`);

  step(4, "The relayer batches, stores and anchors them");
  const reported = await Promise.all(leaves.map((leaf) => untilAnchored(stack, leaf)));
  const [first] = reported as [ReportStatus];
  evidence("leaf", first.leaf);
  evidence("batch", `number ${first.batch?.seq}, ${first.batch?.count} entries`);
  evidence("root", first.batch?.root ?? "");
  evidence("CID", first.batch?.cid ?? "");
  evidence("head", first.proof?.log.head ?? "");
  evidence("transaction", `${first.transaction?.hash} in block ${first.transaction?.blockNumber}`);

  step(5, "Vitalik and Sourabh fetch and verify, each on their own device");
  const proofs = join(stack.folder, "vitalik.proofs");
  const vitalik = await check(stack, day.vitalik, ["--proofs", proofs]);
  const sourabh = await check(stack, day.sourabh, []);
  evidence("head", `${vitalik.log.head}: the events lead to it`);
  evidence(
    "verified",
    `${vitalik.counts.batches} batches, ${vitalik.counts.reports} reports: CID, root, signatures`,
  );

  step(6, "Vitalik finds the exposure, with a proof");
  const [exposure] = vitalik.exposures;
  if (vitalik.exposures.length !== 1 || !exposure) throw new Error("Vitalik should find one exposure");
  evidence("exposure", `${clock(exposure.firstSeen)}, ${Math.round(exposure.durationSeconds / 60)} min`);
  evidence(
    "distance",
    `${exposure.minDistance} m at the nearest, ${exposure.averageDistance?.toFixed(2)} m on average`,
  );
  const [proof] = readAll(proofs);
  if (proof === undefined) throw new Error("there is no proof file");
  await tocsin(["verify", proof.path, "--rpc", stack.anvil.url]);
  evidence("proof", `${proof.path}: accepted by tocsin verify`);

  step(7, "Sourabh finds none; the relayer holds no address and no contact");
  if (sourabh.exposures.length !== 0) throw new Error("Sourabh should find no exposure");
  evidence("sourabh", "no exposures detected");
  assertNoTraces(stack, day);
  const files = [stack.logFile, stack.dataDir].flatMap(readAll);
  const addresses = findAddresses(files, [stack.relayer]);
  if (addresses.length > 0) throw new Error(`the relayer keeps addresses: ${addresses.join(", ")}`);
  evidence("relayer", `${files.length} files searched: no address, no contact number`);
}

async function check(stack: Stack, person: Person, more: readonly string[]): Promise<CheckOutput> {
  const source = ["--rpc", stack.anvil.url, "--registry", stack.registry, "--log", stack.logId];
  const args = [
    "check",
    "--contacts",
    person.contactsFile,
    ...source,
    "--gateway",
    stack.relayer,
    "--json",
    ...more,
  ];
  return JSON.parse(await tocsin(args)) as CheckOutput;
}

/** Makes a person's reports for a span of time and submits them. @returns their leaves */
async function report(stack: Stack, person: Person, span: TimeSpan): Promise<string[]> {
  const file = join(stack.folder, `${person.name}.reports.hex`);
  const times = ["--from", String(span.from), "--to", String(span.to)];
  const symptoms = ["--cough", "dry", "--fever", "mild"];
  await tocsin([
    "report",
    "create",
    "--keys",
    await person.keysOf(span),
    ...times,
    ...symptoms,
    "--out",
    file,
  ]);
  const to = ["--relayer", stack.relayer, "--rpc", stack.anvil.url];
  const submitted = JSON.parse(await tocsin(["report", "submit", ...to, "--json", file])) as {
    receipts: { leaf: string }[];
  };
  return submitted.receipts.map(({ leaf }) => leaf);
}

async function untilAnchored(stack: Stack, leaf: string): Promise<ReportStatus> {
  const deadline = Date.now() + ANCHOR_TIMEOUT_MS;
  for (;;) {
    const status = await get<ReportStatus>(`${stack.relayer}/v1/reports/${leaf}`);
    if (status.state === "anchored" || status.state === "finalized") return status;
    if (Date.now() > deadline) throw new Error(`the report ${leaf} is still ${status.state}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The relayer's files hold none of the numbers that the three sent or recorded. */
function assertNoTraces(stack: Stack, day: Day): void {
  const numbers = [day.alex, day.vitalik, day.sourabh].flatMap((person) => [
    ...person.sent.map((tcn) => tracesOf(`a number of ${person.name}`, tcn)),
    ...person.contacts.map(({ tcn }) =>
      tracesOf(`a contact of ${person.name}`, Buffer.from(tcn).toString("hex")),
    ),
  ]);
  const found = findTraces([stack.logFile, stack.dataDir].flatMap(readAll), numbers.flat());
  if (found.length > 0) throw new Error(`the relayer keeps numbers: ${found.slice(0, 5).join(", ")}`);
}

async function countTransactions(stack: Stack): Promise<number> {
  const operator = (stack.anvil.accounts[0] as { address: string }).address;
  return Number(await stack.anvil.rpc("eth_getTransactionCount", [operator, "latest"]));
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return (await response.json()) as T;
}

function clock(unixSeconds: number): string {
  return new Date(unixSeconds * 1_000).toISOString().slice(11, 16);
}
