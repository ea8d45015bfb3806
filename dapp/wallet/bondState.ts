import { getDemandEvents, getDemands } from "@tocsin/protocol/bond/demands.ts";
import type { DemandEvent, Demanded } from "@tocsin/protocol/bond/events.ts";
import {
  readBondTerms,
  readCredit,
  readRelayerBond,
  type BondTerms,
  type RelayerBond,
} from "@tocsin/protocol/bond/readBond.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { getBlock } from "@tocsin/protocol/check/rpc.ts";
import { t } from "../i18n/i18n.ts";
import { httpRpc } from "../sync/rpc.ts";
import type { Target } from "./target.ts";
import { WalletProblemError } from "./walletProblem.ts";

/** How far a demand is: it can be answered, nobody has and it can be claimed, or it is over. */
export type DemandState = "open" | "claimable" | "answered" | "claimed";

export interface StatedDemand extends Demanded {
  state: DemandState;
}

/** A relayer's bond for a log, and what was demanded from it. */
export interface BondState {
  terms: BondTerms;
  bond: RelayerBond;
  /** Newest first. */
  demands: StatedDemand[];
  /** The chain's time, unix seconds. */
  chainTime: number;
}

/** The terms of a bond contract of this registry. @throws BOND_UNKNOWN, RPC_UNAVAILABLE, RPC_INVALID, WalletProblemError */
export async function readTermsFor(target: Target, bond: string): Promise<BondTerms> {
  const terms = await readBondTerms(httpRpc(target.rpc), fromHex(bond, "bond", 20));
  if (!equalBytes(terms.registry, fromHex(target.registry, "registry", 20))) {
    throw new WalletProblemError(t("This bond contract is for another registry than the one chosen above."));
  }
  return terms;
}

/** @param relayer the log's operator, 20 bytes @throws as readTermsFor */
export async function readBondState(
  target: Target,
  bond: string,
  log: { logId: number; relayer: Uint8Array; fromBlock: number },
): Promise<BondState> {
  const rpc = httpRpc(target.rpc);
  const terms = await readTermsFor(target, bond);
  const contract = fromHex(bond, "bond", 20);
  const latest = await getBlock(rpc, "latest");
  const demands = await getDemands(rpc, contract, log, log.fromBlock, latest.number);
  const ids = demands.map(({ demandId }) => demandId);
  const events = await getDemandEvents(rpc, contract, ids, log.fromBlock, latest.number);
  return {
    terms,
    bond: await readRelayerBond(rpc, contract, log.logId, log.relayer),
    demands: stateDemands(demands, events, latest.timestamp).reverse(),
    chainTime: latest.timestamp,
  };
}

/** What an account can collect, in wei. @throws BOND_UNKNOWN, RPC_UNAVAILABLE, RPC_INVALID */
export function readCreditOf(target: Target, bond: string, account: string): Promise<bigint> {
  return readCredit(httpRpc(target.rpc), fromHex(bond, "bond", 20), fromHex(account, "account", 20));
}

/** @param chainTime the newest block's, unix seconds */
export function stateDemands(
  demands: readonly Demanded[],
  events: readonly DemandEvent[],
  chainTime: number,
): StatedDemand[] {
  const ends = new Map(
    events.filter(({ name }) => name !== "Demanded").map((end) => [end.demandId, end.name]),
  );
  return demands.map((demand) => {
    const end = ends.get(demand.demandId);
    if (end !== undefined) return { ...demand, state: end === "Answered" ? "answered" : "claimed" };
    return { ...demand, state: chainTime > demand.answerBy ? "claimable" : "open" };
  });
}
