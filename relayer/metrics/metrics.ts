import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Registry } from "prom-client";
import { STATES, type BatchState, type State, type StateCount } from "../ports/database.ts";
import { METRICS, type MetricName } from "./names.ts";
import type { PublisherStatus } from "../publisher/status.ts";

/** What became of an upload. */
export type UploadResult = "accepted" | "repeated" | "dummy" | "refused";
/** `refused`: the node answered with an error; `unreachable`: there was no usable answer. */
export type RpcErrorKind = "refused" | "unreachable";

/** Everything that is shown of a moment. */
export interface Snapshot {
  now: number;
  /** Undefined where the database does not answer: then nothing is said of its counts. */
  counts: { reports: Record<State, StateCount>; batches: Record<BatchState, number> } | undefined;
  publisher: PublisherStatus;
}

/** The relayer's metrics in a registry of their own. Nothing in them tells of one report, its sender or its size. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #lag = monitorEventLoopDelay({ resolution: 20 });
  readonly #faultCodes = new Set<string>();

  constructor(version: string) {
    const registers = [this.#registry];
    for (const [key, { type, help, labels }] of Object.entries(METRICS)) {
      const name = key as MetricName;
      const options = { name, help, labelNames: [...labels], registers };
      if (type === "counter") this.#counters.set(name, new Counter(options));
      else this.#gauges.set(name, new Gauge(options));
    }
    this.#set("tocsin_info", 1, { version });
    for (const result of ["accepted", "repeated", "dummy"] as const) this.countUpload(result, "", 0);
    this.#lag.enable();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** @param code why it was refused; empty for the others */
  countUpload(result: UploadResult, code = "", times = 1): void {
    this.#counters.get("tocsin_uploads_total")?.inc({ result, code }, times);
  }

  countRpcRequest(method: string): void {
    this.#counters.get("tocsin_rpc_requests_total")?.inc({ method });
  }

  countRpcError(method: string, kind: RpcErrorKind): void {
    this.#counters.get("tocsin_rpc_errors_total")?.inc({ method, kind });
  }

  countStoreFailure(store: string, times = 1): void {
    this.#counters.get("tocsin_store_failures_total")?.inc({ store }, times);
  }

  /** All metrics in Prometheus' text format. */
  async render(snapshot: Snapshot): Promise<string> {
    this.#showCounts(snapshot);
    this.#showPublisher(snapshot.publisher);
    this.#showProcess();
    return this.#registry.metrics();
  }

  /** Stops measuring. */
  close(): void {
    this.#lag.disable();
  }

  #showCounts({ now, counts }: Snapshot): void {
    for (const name of ["tocsin_reports", "tocsin_oldest_report_age_seconds", "tocsin_batches"] as const)
      this.#gauges.get(name)?.reset();
    if (!counts) return;
    for (const state of STATES) {
      const { count, oldestReceivedAt } = counts.reports[state];
      this.#set("tocsin_reports", count, { state });
      const age = oldestReceivedAt === undefined ? 0 : Math.max(0, now - oldestReceivedAt);
      this.#set("tocsin_oldest_report_age_seconds", age, { state });
      if (state !== "received") this.#set("tocsin_batches", counts.batches[state], { state });
    }
  }

  #showPublisher(status: PublisherStatus): void {
    this.#set("tocsin_leader", status.isLeader ? 1 : 0);
    this.#set("tocsin_transactions_in_flight", status.inFlight);
    this.#setIfKnown("tocsin_last_round_timestamp_seconds", status.lastRoundAt);
    this.#setIfKnown("tocsin_operator_balance_wei", status.balance);
    this.#setIfKnown("tocsin_fee_offered_wei", status.offeredFee);
    this.#setIfKnown("tocsin_fee_network_wei", status.networkFee);
    for (const tag of ["latest", "safe", "finalized"] as const)
      if (status.chain) this.#set("tocsin_block", status.chain[tag], { tag });
    const holding = new Set<string>(
      [status.fault, status.answerFault].flatMap((fault) => (fault ? [fault.code] : [])),
    );
    for (const code of holding) this.#faultCodes.add(code);
    for (const code of this.#faultCodes) this.#set("tocsin_fault", holding.has(code) ? 1 : 0, { code });
  }

  #showProcess(): void {
    const { rss, heapUsed } = process.memoryUsage();
    this.#set("tocsin_memory_bytes", rss, { kind: "resident" });
    this.#set("tocsin_memory_bytes", heapUsed, { kind: "heap" });
    // The histogram counts whole timer periods: what exceeds one is the lag.
    const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - 0.02);
    this.#set("tocsin_event_loop_lag_seconds", seconds(this.#lag.percentile(50)), { quantile: "0.5" });
    this.#set("tocsin_event_loop_lag_seconds", seconds(this.#lag.percentile(99)), { quantile: "0.99" });
    this.#set("tocsin_event_loop_lag_seconds", seconds(this.#lag.max), { quantile: "1" });
    this.#lag.reset();
  }

  #set(name: MetricName, value: number, labels: Record<string, string> = {}): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  /** What is not known, or not any more, is left out: a 0 would be a claim. */
  #setIfKnown(name: MetricName, value: number | bigint | undefined): void {
    if (value === undefined) this.#gauges.get(name)?.remove();
    else this.#set(name, Number(value));
  }
}
