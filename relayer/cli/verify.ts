import type { Command } from "commander";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { verifyProofOnChain, type AnchoredProof } from "@tocsin/protocol/check/verifyOnChain.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { headOf, type AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import { parseProof, verifyProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { viewEntry, type EntryView } from "./entryView.ts";
import { readText } from "./input.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { addExamples, fromBlockOption, jsonOption, logOption, registryOption, rpcOption } from "./options.ts";
import { note, printJson, printLine } from "./output.ts";
import { table, time } from "./words.ts";

interface Options {
  rpc?: string;
  registry?: Uint8Array;
  log?: number;
  fromBlock?: number;
  json?: true;
}

const HELP = `
Anyone can deploy a registry: --registry and --log say which one you trust, otherwise the proof's own is taken.

With --json:
  {"leaf", "index", "batch": {"seq", "firstIndex", "count", "root", "cidDigest", "cid"},
   "log": {"chainId", "registry", "logId", "operator", "size", "total", "head"}, "block": {"number", "hash"},
   "entry": {"kind", "j1", "j2", "memoType", "memo", "memoInWords", "signatureValid"},
   "chain": {"anchoredAt", "transactionHash", "blockNumber", "finalized", "finality": "latest" | "safe" | "finalized",
   "isSafeKnown"} or null where the chain was not asked}`;

export function addVerifyCommand(parent: Command): void {
  const command = parent
    .command("verify")
    .summary("verify a proof file")
    .description(
      "Verifies a proof file: entry, leaf, batch and log by computing, and with --rpc also that the " +
        "log in the contract had this state. Needs no relayer.",
    )
    .argument("<proof>", "a proof file")
    .addOption(rpcOption())
    .addOption(registryOption())
    .addOption(logOption())
    .addOption(fromBlockOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin verify proof.json --rpc http://127.0.0.1:8545 --registry 0x… --log 1");
}

async function run(path: string, options: Options): Promise<void> {
  const proof = parseProof(await readText(path));
  checkExpected(proof, options);
  verifyProof(proof);
  const { rpc, fromBlock } = options;
  const chain = rpc === undefined ? undefined : await verifyProofOnChain(jsonRpc(rpc), proof, fromBlock);
  const entry = await viewEntry(proof.entry);
  if (options.json) await printJson(toJson(proof, entry, chain));
  else await printLine(toText(proof, entry, chain));
  if (!chain)
    note("The chain was not asked: give --rpc to verify that the log in the contract had this state.");
  if (entry.signatureValid === false) {
    note("The report was anchored, but its signature is not valid: it proves nothing about any person.");
  }
}

function checkExpected(proof: Proof, { registry, log }: Options): void {
  if ((registry && !equalBytes(registry, proof.registry)) || (log !== undefined && log !== proof.logId)) {
    throw new TocsinError(
      "PROOF_NOT_ANCHORED",
      `the proof is of log ${proof.logId} of ${to0x(proof.registry)}, not of the expected one`,
    );
  }
}

function toJson(proof: Proof, entry: EntryView, chain: AnchoredProof | undefined): object {
  const { chainId, registry, logId, operator, state, block } = proof;
  return {
    leaf: toHex(proof.leaf),
    index: proof.index,
    batch: batchToJson(proof.batch),
    log: {
      chainId,
      registry: to0x(registry),
      logId,
      operator: to0x(operator),
      size: state.size,
      total: state.total,
      head: to0x(headOf(operator, state)),
    },
    block: { number: block.number, hash: to0x(block.hash) },
    entry,
    chain: chain ?? null,
  };
}

function batchToJson(batch: AnchoredBatch): object {
  const { seq, firstIndex, count, root, cidDigest } = batch;
  return { seq, firstIndex, count, root: toHex(root), cidDigest: toHex(cidDigest), cid: cidOf(cidDigest) };
}

function toText(proof: Proof, entry: EntryView, chain: AnchoredProof | undefined): string {
  const { batch } = proof;
  const rows: Record<string, string> = {
    leaf: toHex(proof.leaf),
    batch: `${batch.seq}, entry ${proof.index + 1} of ${batch.count}, root ${toHex(batch.root)}`,
    "batch file": cidOf(batch.cidDigest),
    log: `${proof.logId} of ${to0x(proof.registry)} on chain ${proof.chainId}, operator ${to0x(proof.operator)}`,
    "log's head": `${to0x(headOf(proof.operator, proof.state))} with ${proof.state.size} batches`,
    block: `${proof.block.number} ${to0x(proof.block.hash)}`,
    anchored: chain
      ? `at ${time(chain.anchoredAt)} in block ${chain.blockNumber}, transaction ${chain.transactionHash}`
      : "not verified: the chain was not asked",
    ...(chain ? { finality: finalityInWords(chain) } : {}),
    entry: entryInWords(entry),
  };
  return `${chain ? "The proof verifies." : "The proof is sound in itself."}\n\n${table(rows)}`;
}

function finalityInWords({ finality, isSafeKnown }: AnchoredProof): string {
  if (finality === "finalized") return "finalized: the block stays";
  if (finality === "safe") return "safe: not final yet, but a reorganisation is very unlikely";
  const unknown = isSafeKnown ? "" : " (this node does not say which blocks are safe)";
  return `latest: a reorganisation may still take the block out${unknown}`;
}

function entryInWords({ kind, code, j1, j2, memoInWords, signatureValid }: EntryView): string {
  if (kind !== 1) return `of kind ${kind}`;
  if (code !== undefined) return `a report that cannot be read (${code})`;
  const signature = signatureValid ? "signature valid" : "SIGNATURE INVALID";
  return `a report of contact numbers ${j1} to ${j2}, ${signature}: ${memoInWords}`;
}
