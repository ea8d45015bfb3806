import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { BondTerms } from "@tocsin/protocol/bond/readBond.ts";
import { readRelayerBond } from "@tocsin/protocol/bond/readBond.ts";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { fetchBatchFile } from "@tocsin/protocol/check/fetchBatch.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { getBlock } from "@tocsin/protocol/check/rpc.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { receiptSigner, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { plainFetch } from "../sync/plainFetch.ts";
import { httpRpc } from "../sync/rpc.ts";
import { bondAbi } from "./abi.ts";
import { contractCall, type ContractCall } from "./contractCall.ts";
import { etherWords } from "./etherWords.ts";
import type { Target } from "./target.ts";
import { WalletProblemError } from "./walletProblem.ts";

/** A demand that the chain would take, and how far the log could be looked through beforehand. */
interface Demandable {
  call: ContractCall;
  batches: number;
  /** Batches that no gateway served: if one of them holds the entry, the relayer can answer. */
  unread: number;
}

/**
 * Everything about a demand that can be told before it costs anything.
 * @param look told how many of the log's batches were looked through
 * @throws WalletProblemError where the demand would fail or be lost, or as readLog
 */
export async function prepareDemand(
  target: Target,
  bond: { address: `0x${string}`; terms: BondTerms },
  receipt: SignedReceipt,
  gateways: readonly string[],
  look: (done: number, all: number) => void,
): Promise<Demandable> {
  const relayer = await checkDemandable(target, bond, receipt);
  const searched = await checkMissing(target, receipt, gateways, look);
  const { logId, leaf, deadline, signature } = receipt;
  const promise = { logId: BigInt(logId), leaf: to0x(leaf) as `0x${string}`, deadline: BigInt(deadline) };
  const args = [to0x(relayer) as `0x${string}`, promise, to0x(signature) as `0x${string}`] as const;
  return { call: contractCall(bond.address, bondAbi, "demand", args, bond.terms.counterBond), ...searched };
}

/** @returns who signed the receipt, 20 bytes */
async function checkDemandable(
  target: Target,
  { address, terms }: { address: string; terms: BondTerms },
  receipt: SignedReceipt,
): Promise<Uint8Array> {
  const { deadline, logId } = receipt;
  const isHere = receipt.chainId === target.chainId && to0x(receipt.registry) === target.registry;
  if (!isHere)
    throw new WalletProblemError(
      t("The receipt is for another registry or chain than the one chosen above."),
    );
  const rpc = httpRpc(target.rpc);
  const { timestamp } = await getBlock(rpc, "latest");
  if (timestamp <= deadline) {
    throw new WalletProblemError(
      t("It is too early: the relayer has until {time} by the chain’s clock.", {
        time: formatMoment(deadline),
      }),
    );
  }
  const last = deadline + terms.demandWindow;
  if (timestamp > last) {
    throw new WalletProblemError(
      t("It is too late: it could be demanded until {time}.", { time: formatMoment(last) }),
    );
  }
  const relayer = receiptSigner(receipt);
  const { amount } = await readRelayerBond(rpc, fromHex(address, "bond", 20), logId, relayer);
  if (amount < terms.penalty) {
    throw new WalletProblemError(
      t(
        "Who signed the receipt has a bond of {amount} for this log, less than the penalty of {penalty}. Either it " +
          "never had one, or the receipt is not what the relayer signed.",
        { amount: etherWords(amount), penalty: etherWords(terms.penalty) },
      ),
    );
  }
  return relayer;
}

/** Looks for the entry in the log, newest batch first: where it is, a demand only loses the counter-bond. */
async function checkMissing(
  target: Target,
  receipt: SignedReceipt,
  gateways: readonly string[],
  look: (done: number, all: number) => void,
): Promise<{ batches: number; unread: number }> {
  const { batches } = await readLog(httpRpc(target.rpc), receipt);
  let unread = 0;
  for (const [done, batch] of batches.toReversed().entries()) {
    look(done, batches.length);
    try {
      const { file } = await fetchBatchFile(plainFetch, gateways, batch.cidDigest);
      const { leaves } = verifyBatchFile(file, batch);
      if (!leaves.some((leaf) => equalBytes(leaf, receipt.leaf))) continue;
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      unread++;
      continue;
    }
    throw new WalletProblemError(
      t(
        "The relayer kept its promise: batch {seq} of the log holds the report. A demand would only lose the counter-bond.",
        {
          seq: batch.seq,
        },
      ),
    );
  }
  return { batches: batches.length, unread };
}
