import { getBytes, hexlify } from "ethers";
import { deploy, gasOf, gasOfView, transact } from "./support/chain.ts";
import { compile } from "./support/compile.ts";
import { Eas } from "./support/eas.ts";
import { average, pseudoHash } from "./support/figures.ts";
import { pseudoLeaves, RegistryLog } from "./support/registryLog.ts";
import { demandAndAnswer } from "./support/reportBond.ts";
import type { Result } from "./support/report.ts";

/** Batches that everything is averaged over, from the first one of a log. */
const BATCHES = 300;
const REPORTS_PER_BATCH = [10, 100, 1_000, 7_000];
/** A signed report with a CoEpi memo of 20 bytes, as an entry. */
const ENTRY_LENGTH = 155;

/**
 * Gas of anchoring a batch in ReportRegistry and elsewhere, of verifying, and of holding a relayer to its promise: all
 * in one EVM, by one compiler with the same settings. Each value is the gas that a whole transaction uses.
 */
export async function benchGas(): Promise<Result[]> {
  const compiled = compile(["bench/contracts/SlotPerBatch.sol", ...Eas.sources]);
  const eas = await Eas.deploy(compiled);
  const slots = await deploy(compiled.get("SlotPerBatch")!);
  await transact(slots, "openLog", [1]);
  const log = await RegistryLog.open();
  const small = pseudoLeaves(2 ** 10);
  const large = pseudoLeaves(2 ** 13);
  const gas = {
    append: numbers(),
    floor: numbers(),
    timestamp: numbers(),
    attest: numbers(),
    slot: numbers(),
  };
  for (let seq = 0; seq < BATCHES; seq++) {
    const appended = await log.append([small, large][seq]);
    gas.append.push(gasOf(appended));
    gas.floor.push(floorOf((await appended.getTransaction()).data));
    const root = pseudoHash(`root ${seq}`);
    gas.timestamp.push(gasOf(await eas.timestamp(root)));
    gas.attest.push(gasOf(await eas.attest(root)));
    const args = [1, seq, seq * 1_000, root, pseudoHash(`cid ${seq}`), 1_000];
    gas.slot.push(gasOf(await transact(slots, "append", args)));
  }
  const append = average(gas.append);
  const timestamp = average(gas.timestamp);
  const anchoring = {
    append,
    "append-max": Math.max(...gas.append),
    "eas-timestamp": timestamp,
    "eas-attest": average(gas.attest),
    "slot-per-batch": average(gas.slot),
    floor: average(gas.floor),
  };
  const others = {
    "submit-direct": await submitDirect(log),
    "verify-entry-10": await verifyEntry(log, 0, small),
    "verify-entry-13": await verifyEntry(log, 1, large),
    ...(await demandAndAnswer(log, small)),
  };
  return [
    ...toResults(anchoring, "eas-timestamp"),
    ...REPORTS_PER_BATCH.flatMap((count) => {
      const baseline = `eas-timestamp-per-report-${count}`;
      const values = { [`append-per-report-${count}`]: append / count, [baseline]: timestamp / count };
      return toResults(values, baseline);
    }),
    ...toResults(others, "append"),
  ];
}

const numbers = (): number[] => [];

/** Gas that no log in one storage word can do without: of the transaction, its data, the word and the event. */
function floorOf(data: string): number {
  const TRANSACTION = 21_000;
  const REWRITTEN_WORD = 2_100 + 2_900;
  const EVENT = 375 + 2 * 375 + 3 * 32 * 8;
  const calldata = getBytes(data).reduce((gas, byte) => gas + (byte === 0 ? 4 : 16), 0);
  return TRANSACTION + calldata + REWRITTEN_WORD + EVENT;
}

/** Not the first entry of a direct lane, which also pays for the lane's word. */
async function submitDirect({ registry, logId }: RegistryLog): Promise<number> {
  const entry = (name: string): string =>
    hexlify(Uint8Array.from({ length: ENTRY_LENGTH }, (_, i) => getBytes(pseudoHash(`${name} ${i}`))[0]!));
  await transact(registry, "submitDirect", [logId, entry("first")]);
  return gasOf(await transact(registry, "submitDirect", [logId, entry("second")]));
}

/** As a transaction of its own. A contract that asks pays for neither the transaction nor its data. */
function verifyEntry(log: RegistryLog, batch: number, leaves: readonly Uint8Array[]): Promise<number> {
  const { seq, path, leaf, index, entryPath, ...proof } = log.proof(
    batch,
    leaves,
    Math.floor(leaves.length / 3),
  );
  const args = [log.logId, log.state(), proof.batch, seq, path, leaf, index, entryPath];
  return gasOfView(log.registry, "verifyEntry", args);
}

function toResults(values: Record<string, number>, baseline: string): Result[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, unit: "gas", baseline }));
}
