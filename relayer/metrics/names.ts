interface MetricShape {
  type: "counter" | "gauge";
  /** In one sentence, with the unit. */
  help: string;
  labels: readonly string[];
}

/** Every metric that a relayer shows. docs/metrics.md has the same as a table; a test compares them with /metrics. */
export const METRICS = {
  tocsin_reports: {
    type: "gauge",
    help: "Reports in each state.",
    labels: ["state"],
  },
  tocsin_oldest_report_age_seconds: {
    type: "gauge",
    help: "Seconds since the oldest report in each state was received, 0 where there is none.",
    labels: ["state"],
  },
  tocsin_batches: {
    type: "gauge",
    help: "Batches in each state.",
    labels: ["state"],
  },
  tocsin_uploads_total: {
    type: "counter",
    help: "Uploads by what became of them: accepted, repeated, dummy, or refused with this code.",
    labels: ["result", "code"],
  },
  tocsin_transactions_in_flight: {
    type: "gauge",
    help: "Transactions that were sent and are not mined.",
    labels: [],
  },
  tocsin_fee_offered_wei: {
    type: "gauge",
    help: "The most that the newest transaction offers for a unit of gas (maxFeePerGas), in wei.",
    labels: [],
  },
  tocsin_fee_network_wei: {
    type: "gauge",
    help: "What the network asks for a unit of gas, base fee and priority fee, in wei.",
    labels: [],
  },
  tocsin_operator_balance_wei: {
    type: "gauge",
    help: "The operator's balance, in wei.",
    labels: [],
  },
  tocsin_rpc_requests_total: {
    type: "counter",
    help: "Calls of the Ethereum JSON-RPC.",
    labels: ["method"],
  },
  tocsin_rpc_errors_total: {
    type: "counter",
    help: "Calls of the Ethereum JSON-RPC that failed: refused by the node, or unreachable.",
    labels: ["method", "kind"],
  },
  tocsin_store_failures_total: {
    type: "counter",
    help: "Times that a block store did not do as it was told.",
    labels: ["store"],
  },
  tocsin_leader: {
    type: "gauge",
    help: "1 where this process seals and posts, 0 where another one does.",
    labels: [],
  },
  tocsin_block: {
    type: "gauge",
    help: "Numbers of the chain's latest, safe and finalized blocks, as the relayer last saw them.",
    labels: ["tag"],
  },
  tocsin_last_round_timestamp_seconds: {
    type: "gauge",
    help: "When the publisher's last round without a fault ended, in unix seconds.",
    labels: [],
  },
  tocsin_fault: {
    type: "gauge",
    help: "1 while this fault holds, 0 once it is over.",
    labels: ["code"],
  },
  tocsin_memory_bytes: {
    type: "gauge",
    help: "Memory of the process, in bytes: resident, and the part of it that JavaScript's heap uses.",
    labels: ["kind"],
  },
  tocsin_event_loop_lag_seconds: {
    type: "gauge",
    help: "Seconds by which the process was late since the metrics were last read; quantile 1 is the worst.",
    labels: ["quantile"],
  },
  tocsin_info: {
    type: "gauge",
    help: "Always 1; the label says which version runs.",
    labels: ["version"],
  },
} as const satisfies Record<string, MetricShape>;

export type MetricName = keyof typeof METRICS;
