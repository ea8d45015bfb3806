import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { readBondTerms, readRelayerBond } from "@tocsin/protocol/bond/readBond.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { receiptSigner, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { CliError } from "./errors.ts";
import { duration, ether, time } from "./words.ts";

/** By how much the clocks of a relayer and of this machine may differ, seconds. */
const CLOCK_TOLERANCE = 60;

/**
 * Sees that a receipt that was just given is one whose breach costs its signer the penalty.
 * @throws BOND_OF_ANOTHER_REGISTRY, BOND_TOO_SMALL, RECEIPT_NOT_BONDED when the deadline is past, too far away, or later
 *   than the bond can be withdrawn; BOND_UNKNOWN, RPC_UNAVAILABLE
 */
export async function checkBondedReceipt(rpc: Rpc, bond: Uint8Array, receipt: SignedReceipt): Promise<void> {
  const { registry, penalty, longestReceipt } = await readBondTerms(rpc, bond);
  if (!equalBytes(registry, receipt.registry)) {
    throw new CliError(
      "BOND_OF_ANOTHER_REGISTRY",
      `the receipt is for the registry ${to0x(receipt.registry)}, the bond for ${to0x(registry)}`,
    );
  }
  const { deadline, logId } = receipt;
  const now = Math.floor(Date.now() / 1_000);
  if (deadline <= now) notBonded(`its deadline is past: ${time(deadline)}`);
  if (deadline > now + longestReceipt + CLOCK_TOLERANCE) {
    notBonded(`its deadline ${time(deadline)} is further away than the bond's ${duration(longestReceipt)}`);
  }
  const relayer = receiptSigner(receipt);
  const { amount, withdrawableAt } = await readRelayerBond(rpc, bond, logId, relayer);
  if (amount < penalty) {
    throw new CliError(
      "BOND_TOO_SMALL",
      `${to0x(relayer)} has a bond of ${ether(amount)} for log ${logId}: less than the penalty of ${ether(penalty)}`,
    );
  }
  if (withdrawableAt !== 0 && withdrawableAt <= deadline) {
    notBonded(`the relayer can withdraw its bond at ${time(withdrawableAt)}, before the receipt's deadline`);
  }
}

function notBonded(why: string): never {
  throw new CliError("RECEIPT_NOT_BONDED", `the receipt cannot be relied on: ${why}`);
}
