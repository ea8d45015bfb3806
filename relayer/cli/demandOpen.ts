import type { Command } from "commander";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { decodeDemandEvent, DEMAND_TOPICS, type Demanded } from "@tocsin/protocol/bond/events.ts";
import { readBondTerms, readRelayerBond, type BondTerms } from "@tocsin/protocol/bond/readBond.ts";
import { fetchBatchFile } from "@tocsin/protocol/check/fetchBatch.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { getBlock, getChainId, type Rpc } from "@tocsin/protocol/check/rpc.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { receiptSigner, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { callBond, type BondCall, type BondOptions } from "./bondTransaction.ts";
import { CliError } from "./errors.ts";
import {
  addExamples,
  bondOption,
  collectUrls,
  jsonOption,
  keyFileOption,
  parseLeaf,
  rpcOption,
} from "./options.ts";
import { note, printJson, printLine } from "./output.ts";
import { readReceiptFile } from "./receiptFile.ts";
import { ether, table, time } from "./words.ts";

interface Options extends BondOptions {
  receipt: string;
  leaf?: Uint8Array;
  gateway?: string[];
}

const HELP = `
Nothing is sent when the demand would fail or be lost: before the deadline, for a receipt of another chain or registry,
of somebody without a bond, or for an entry that is in the log. To see the last, the log's batches are fetched: name
gateways. A batch that none of them serves is passed over, and named.

With --json (amount in wei, as a string; times in unix seconds):
  {"demandId", "bond", "relayer", "logId", "leaf", "head", "deadline", "answerBy", "counterBond", "chainId",
   "transactionHash", "blockNumber"}`;

export function addDemandOpenCommand(parent: Command): void {
  const command = parent
    .command("open")
    .summary("demand the proof that a receipt was kept")
    .description(
      "Demands from a relayer the proof that it anchored an entry by its receipt's deadline, and stakes the " +
        "counter-bond. If the relayer proves it, the counter-bond is the relayer's; if nobody does in the answer " +
        "period, `tocsin demand claim` gives it back, with half of the penalty.",
    )
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(bondOption().makeOptionMandatory())
    .requiredOption("--receipt <file>", "the receipt, as `report submit --json` printed it")
    .option("--leaf <hex>", "which receipt, where the file holds several", parseLeaf)
    .option("--gateway <urls...>", "IPFS gateways or relayers that serve the batches, in turn", collectUrls)
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin demand open --rpc http://127.0.0.1:8545 --bond 0x… --receipt receipt.json \\\n" +
      "      --gateway http://127.0.0.1:8420 --key-file key.hex",
  );
}

async function run(options: Options): Promise<void> {
  const receipt = await readReceiptFile(options.receipt, options.leaf);
  const rpc = jsonRpc(options.rpc);
  const terms = await readBondTerms(rpc, options.bond);
  const relayer = await checkDemandable(rpc, options.bond, terms, receipt);
  await checkMissing(rpc, receipt, options.gateway ?? []);
  const { logId, leaf, deadline, signature } = receipt;
  const promise = { logId, leaf: to0x(leaf), deadline };
  const args = [to0x(relayer), promise, to0x(signature)];
  const mined = await callBond(options, "demand", () => args, terms.counterBond);
  await tell(options, terms, demandIn(mined), mined);
}

/**
 * Everything about a demand that the chain can tell beforehand.
 * @returns who signed the receipt, 20 bytes
 */
async function checkDemandable(
  rpc: Rpc,
  bond: Uint8Array,
  terms: BondTerms,
  receipt: SignedReceipt,
): Promise<Uint8Array> {
  const chainId = await getChainId(rpc);
  if (chainId !== receipt.chainId) {
    throw new TocsinError("CHAIN_ID_MISMATCH", `the receipt is for chain ${receipt.chainId}, not ${chainId}`);
  }
  if (!equalBytes(terms.registry, receipt.registry)) {
    throw new CliError(
      "BOND_OF_ANOTHER_REGISTRY",
      `the receipt is for the registry ${to0x(receipt.registry)}, the bond for ${to0x(terms.registry)}`,
    );
  }
  const { timestamp } = await getBlock(rpc, "latest");
  const { deadline, logId } = receipt;
  if (timestamp <= deadline) {
    throw new CliError(
      "DEMAND_TOO_EARLY",
      `the relayer has until ${time(deadline)}; the chain's time is ${time(timestamp)}`,
    );
  }
  if (timestamp > deadline + terms.demandWindow) {
    throw new CliError(
      "DEMAND_TOO_LATE",
      `it could be demanded until ${time(deadline + terms.demandWindow)}`,
    );
  }
  const relayer = receiptSigner(receipt);
  const { amount } = await readRelayerBond(rpc, bond, logId, relayer);
  if (amount < terms.penalty) {
    throw new CliError(
      "BOND_TOO_SMALL",
      `${to0x(relayer)}, who signed the receipt, has a bond of ${ether(amount)} for log ${logId}: less than the ` +
        `penalty of ${ether(terms.penalty)}. Either it never had one, or the receipt is not what its relayer signed`,
    );
  }
  return relayer;
}

/** @throws ENTRY_ANCHORED when a batch that can be fetched holds the entry: the counter-bond would be lost */
async function checkMissing(rpc: Rpc, receipt: SignedReceipt, gateways: readonly string[]): Promise<void> {
  const log = await readLog(rpc, receipt);
  const unread: number[] = [];
  for (const batch of log.batches.toReversed()) {
    try {
      const { file } = await fetchBatchFile((url, init) => fetch(url, init), gateways, batch.cidDigest);
      const { leaves } = verifyBatchFile(file, batch);
      if (!leaves.some((leaf) => equalBytes(leaf, receipt.leaf))) continue;
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      unread.push(batch.seq);
      continue;
    }
    throw new CliError(
      "ENTRY_ANCHORED",
      `batch ${batch.seq} of the log holds ${toHex(receipt.leaf)}: the relayer would answer and win the counter-bond`,
    );
  }
  if (unread.length === 0) return;
  const some = unread.slice(0, 5).join(", ") + (unread.length > 5 ? ", …" : "");
  note(
    `${unread.length} of ${log.batches.length} batches were not read (${some}): if one of them holds the entry, the ` +
      "relayer can answer",
  );
}

function demandIn({ receipt }: BondCall): Demanded {
  for (const log of receipt.logs) {
    if (log.topics[0] !== DEMAND_TOPICS.Demanded) continue;
    const place = {
      blockNumber: `0x${log.blockNumber.toString(16)}`,
      logIndex: `0x${log.index.toString(16)}`,
    };
    const event = decodeDemandEvent({ ...log.toJSON(), ...place });
    if (event.name === "Demanded") return event;
  }
  throw new CliError("TRANSACTION_FAILED", "the transaction was mined, but made no demand");
}

async function tell(
  { bond, json }: Options,
  { counterBond }: BondTerms,
  demand: Demanded,
  { chainId }: BondCall,
): Promise<void> {
  const { demandId, logId, deadline, answerBy, transactionHash, blockNumber } = demand;
  const [relayer, leaf, head] = [to0x(demand.relayer), to0x(demand.leaf), to0x(demand.head)];
  if (json) {
    const about = { demandId, bond: to0x(bond), relayer, logId, leaf, head, deadline, answerBy };
    await printJson({ ...about, counterBond: String(counterBond), chainId, transactionHash, blockNumber });
    return;
  }
  await printLine(
    table({
      demand: demandId,
      of: `${relayer}, log ${logId}`,
      leaf,
      "log's head": `${head}: the answer must prove that this one holds the leaf`,
      "answer by": time(answerBy),
      "counter-bond": ether(counterBond),
      transaction: transactionHash,
    }),
  );
}
