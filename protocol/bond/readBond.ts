import { readUintBE, uintBE } from "../bytes/bytes.ts";
import { to0x, toHex } from "../bytes/hex.ts";
import { callContract, selectorOf, type Rpc } from "../check/rpc.ts";
import { TocsinError } from "../errors.ts";

/** What a deployment of ReportBond fixes for ever. Amounts in wei, periods in seconds. */
export interface BondTerms {
  /** The registry whose logs the bonds are for, 20 bytes. */
  registry: Uint8Array;
  /** What an unanswered demand costs the relayer. */
  penalty: bigint;
  /** What a demander stakes. */
  counterBond: bigint;
  /** How long before its deadline a receipt may be signed. */
  longestReceipt: number;
  /** For how long after its deadline a receipt can be demanded. */
  demandWindow: number;
  /** For how long a demand can be answered. */
  answerPeriod: number;
  withdrawalDelay: number;
}

/** A relayer's bond for a log. Amounts in wei. */
export interface RelayerBond {
  amount: bigint;
  /** How much of it open demands keep from being withdrawn. */
  reserved: bigint;
  /** After when it can be withdrawn, unix seconds; 0 when that was not requested. */
  withdrawableAt: number;
}

/**
 * Reads the terms of a bond contract.
 * @param bond 20 bytes
 * @throws BOND_UNKNOWN when there is no ReportBond at the address, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function readBondTerms(rpc: Rpc, bond: Uint8Array): Promise<BondTerms> {
  const read = async (name: string): Promise<Uint8Array> => {
    const [word] = await callBond(rpc, bond, `${name}()`, [], 1);
    return word as Uint8Array;
  };
  const registry = await read("registry");
  if (registry.subarray(0, 12).some((byte) => byte !== 0)) throw unknown(bond);
  return {
    registry: registry.slice(12),
    penalty: readUintBE(await read("penalty")),
    counterBond: readUintBE(await read("counterBond")),
    longestReceipt: toSeconds(await read("longestReceipt")),
    demandWindow: toSeconds(await read("demandWindow")),
    answerPeriod: toSeconds(await read("answerPeriod")),
    withdrawalDelay: toSeconds(await read("withdrawalDelay")),
  };
}

/** @param relayer 20 bytes @throws BOND_UNKNOWN, RPC_UNAVAILABLE, RPC_INVALID */
export async function readRelayerBond(
  rpc: Rpc,
  bond: Uint8Array,
  logId: number,
  relayer: Uint8Array,
): Promise<RelayerBond> {
  const args = [uintBE(logId, 32), addressWord(relayer)];
  const words = await callBond(rpc, bond, "bondOf(uint256,address)", args, 3);
  const [amount, reserved, withdrawableAt] = words as [Uint8Array, Uint8Array, Uint8Array];
  return {
    amount: readUintBE(amount),
    reserved: readUintBE(reserved),
    withdrawableAt: toSeconds(withdrawableAt),
  };
}

/** What an account can collect, in wei. @param account 20 bytes @throws BOND_UNKNOWN, RPC_UNAVAILABLE, RPC_INVALID */
export async function readCredit(rpc: Rpc, bond: Uint8Array, account: Uint8Array): Promise<bigint> {
  const [word] = await callBond(rpc, bond, "creditOf(address)", [addressWord(account)], 1);
  return readUintBE(word as Uint8Array);
}

async function callBond(
  rpc: Rpc,
  bond: Uint8Array,
  signature: string,
  args: readonly Uint8Array[],
  words: number,
): Promise<Uint8Array[]> {
  const data = selectorOf(signature) + args.map(toHex).join("");
  const answer = await callContract(rpc, bond, data).catch((error: unknown) => {
    // Another contract reverts on a function that it does not have.
    if (error instanceof TocsinError && /revert/i.test(error.message)) throw unknown(bond);
    throw error;
  });
  if (answer.length !== 32 * words) throw unknown(bond);
  return Array.from({ length: words }, (_, i) => answer.slice(32 * i, 32 * (i + 1)));
}

function addressWord(address: Uint8Array): Uint8Array {
  return uintBE(readUintBE(address), 32);
}

function toSeconds(word: Uint8Array): number {
  const value = readUintBE(word);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new TocsinError("RPC_INVALID", "the RPC gave a time of the bond that is too large");
  }
  return Number(value);
}

function unknown(bond: Uint8Array): TocsinError {
  return new TocsinError("BOND_UNKNOWN", `there is no ReportBond at ${to0x(bond)} on this chain`);
}
