import { getDemandEvents } from "@tocsin/protocol/bond/demands.ts";
import type { DemandEvent, Demanded } from "@tocsin/protocol/bond/events.ts";
import { getBlock, type Rpc } from "@tocsin/protocol/check/rpc.ts";
import { CliError } from "./errors.ts";

/** How far a demand is: it can be answered, nobody has and it can be claimed, or it is over. */
export interface DemandState {
  demand: Demanded;
  state: "open" | "claimable" | "answered" | "claimed";
  /** What ended it, once that happened. */
  end?: Exclude<DemandEvent, Demanded>;
}

/** @param demandId 0x and 32 bytes of hex @throws DEMAND_UNKNOWN, or as getDemandEvents */
export async function readDemand(rpc: Rpc, bond: Uint8Array, demandId: string): Promise<DemandState> {
  const latest = await getBlock(rpc, "latest");
  const events = await getDemandEvents(rpc, bond, [demandId], 0, latest.number);
  const demand = events.find((event) => event.name === "Demanded");
  if (!demand) throw new CliError("DEMAND_UNKNOWN", `the bond contract knows no demand ${demandId}`);
  const end = events.find((event) => event.name !== "Demanded");
  if (end) return { demand, state: end.name === "Answered" ? "answered" : "claimed", end };
  return { demand, state: latest.timestamp > demand.answerBy ? "claimable" : "open" };
}
