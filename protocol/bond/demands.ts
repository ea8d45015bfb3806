import { to0x } from "../bytes/hex.ts";
import { getRawEvents, type Rpc } from "../check/rpc.ts";
import { logIdTopic } from "../log/events.ts";
import { DEMAND_TOPICS, decodeDemandEvent, type DemandEvent, type Demanded } from "./events.ts";

/**
 * The demands that were made on a relayer's bond for a log, in a range of blocks with both ends included.
 * @param bond the contract's address, 20 bytes
 * @throws LOG_EVENT_INVALID, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function getDemands(
  rpc: Rpc,
  bond: Uint8Array,
  of: { logId: number; relayer: Uint8Array },
  fromBlock: number,
  toBlock: number,
): Promise<Demanded[]> {
  const relayerTopic = `0x${"00".repeat(12)}${to0x(of.relayer).slice(2)}`;
  const topics = [DEMAND_TOPICS.Demanded, null, logIdTopic(of.logId), relayerTopic];
  const events = (await getRawEvents(rpc, bond, topics, fromBlock, toBlock)).map(decodeDemandEvent);
  return events.filter((event) => event.name === "Demanded");
}

/**
 * Everything that happened to some demands in a range of blocks with both ends included.
 * @throws LOG_EVENT_INVALID, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function getDemandEvents(
  rpc: Rpc,
  bond: Uint8Array,
  demandIds: readonly string[],
  fromBlock: number,
  toBlock: number,
): Promise<DemandEvent[]> {
  if (demandIds.length === 0) return [];
  const topics = [Object.values(DEMAND_TOPICS), demandIds];
  return (await getRawEvents(rpc, bond, topics, fromBlock, toBlock)).map(decodeDemandEvent);
}
