import { STATES, type BatchState, type State } from "../ports/database.ts";

const BATCH_STATES = STATES.filter((state): state is BatchState => state !== "received");

/** What a relayer's metrics say of its work. Ages in seconds, times in unix seconds; wei as a rounded number. */
export interface Operation {
  version: string;
  leader: boolean;
  lastRoundAt?: number;
  /** Left out while the relayer's database does not answer. */
  states?: Record<State, { count: number; oldestAge: number }>;
  batches?: Record<BatchState, number>;
  uploads: Record<"accepted" | "repeated" | "dummy" | "refused", number>;
  blocks?: { latest: number; safe: number; finalized: number };
  inFlight: number;
  offeredFeeWei?: number;
  networkFeeWei?: number;
  balanceWei?: number;
  rpcErrors: number;
  storeFailures: number;
  /** Codes of the faults that hold. */
  faults: string[];
}

/** One line of Prometheus' text format. */
interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** @returns undefined for a text that holds no relayer's metrics */
export function readOperation(text: string): Operation | undefined {
  const samples = text.split("\n").flatMap(readSample);
  const find = (name: string, labels: Record<string, string> = {}): number | undefined =>
    samples.find((sample) => sample.name === name && matches(sample, labels))?.value;
  const sum = (name: string, labels: Record<string, string> = {}): number =>
    samples
      .filter((sample) => sample.name === name && matches(sample, labels))
      .reduce((total, { value }) => total + value, 0);
  const optional = <K extends string>(key: K, name: string): Partial<Record<K, number>> => {
    const value = find(name);
    return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
  };
  const leader = find("tocsin_leader");
  if (leader === undefined) return undefined;
  const block = (tag: string): number => find("tocsin_block", { tag }) ?? 0;
  const hasCounts = find("tocsin_reports", { state: "received" }) !== undefined;
  const ofState = (state: State): { count: number; oldestAge: number } => ({
    count: find("tocsin_reports", { state }) ?? 0,
    oldestAge: find("tocsin_oldest_report_age_seconds", { state }) ?? 0,
  });
  return {
    version: samples.find(({ name }) => name === "tocsin_info")?.labels.version ?? "unknown",
    leader: leader === 1,
    ...optional("lastRoundAt", "tocsin_last_round_timestamp_seconds"),
    ...(hasCounts
      ? {
          states: record(STATES, ofState),
          batches: record(BATCH_STATES, (state) => find("tocsin_batches", { state }) ?? 0),
        }
      : {}),
    uploads: record(["accepted", "repeated", "dummy", "refused"] as const, (result) =>
      sum("tocsin_uploads_total", { result }),
    ),
    ...(find("tocsin_block", { tag: "latest" }) === undefined
      ? {}
      : { blocks: record(["latest", "safe", "finalized"] as const, block) }),
    inFlight: find("tocsin_transactions_in_flight") ?? 0,
    ...optional("offeredFeeWei", "tocsin_fee_offered_wei"),
    ...optional("networkFeeWei", "tocsin_fee_network_wei"),
    ...optional("balanceWei", "tocsin_operator_balance_wei"),
    rpcErrors: sum("tocsin_rpc_errors_total"),
    storeFailures: sum("tocsin_store_failures_total"),
    faults: samples
      .filter(({ name, value }) => name === "tocsin_fault" && value === 1)
      .map(({ labels }) => labels.code ?? ""),
  };
}

function readSample(line: string): Sample[] {
  const [, name, labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || !Number.isFinite(Number(value))) return [];
  const pairs = [...labels.matchAll(/(\w+)="([^"\\]*)"/g)].map(([, key, text]) => [key, text] as const);
  return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
}

function matches({ labels }: Sample, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function record<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}
