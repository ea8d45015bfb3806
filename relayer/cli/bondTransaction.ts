import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { bondAbi } from "@tocsin/protocol/bond/abi.ts";
import { readBondTerms } from "@tocsin/protocol/bond/readBond.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { readPrivateKey } from "./privateKey.ts";
import type { Mined } from "./transactions.ts";

/** Which bond contract a command acts on, and with whose key. */
export interface BondOptions {
  rpc: string;
  bond: Uint8Array;
  keyFile?: string;
  json?: true;
}

/** A mined call of a bond contract, and who made it. */
export interface BondCall extends Mined {
  /** Lower-case, with 0x. */
  account: string;
}

/**
 * Calls a bond contract in a transaction and waits until it is mined. What the contract would refuse is not sent.
 * @param args of the method, given the account that pays
 * @param value wei to send along
 * @throws BOND_UNKNOWN, or as readPrivateKey and transact
 */
export async function callBond(
  { rpc, bond, keyFile }: BondOptions,
  method: string,
  args: (account: string) => readonly unknown[],
  value = 0n,
): Promise<BondCall> {
  const privateKey = await readPrivateKey(keyFile);
  // Ether that is sent to an address without a contract is lost.
  await readBondTerms(jsonRpc(rpc), bond);
  const [{ Contract }, { transact }] = await Promise.all([import("ethers"), import("./transactions.ts")]);
  let account = "";
  const mined = await transact(rpc, privateKey, async (wallet) => {
    account = wallet.address.toLowerCase();
    const call = new Contract(to0x(bond), bondAbi, wallet).getFunction(method);
    const given = [...args(account), { value }];
    // ethers names the contract's reason for a refusal only here.
    await call.staticCall(...given);
    return call.send(...given);
  });
  return { ...mined, account };
}
