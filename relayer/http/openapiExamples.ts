const HASH = "10b09cfd5f513f4d357d2514e98addd72608253cc5989522dbd3388fa8aa30a0";
const REGISTRY = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const CID = "bafkreiaqwcop2x2rh5gtk7jfctuyvloxeyecku6fszmjkiw32m4i7kfdba";
const TRANSACTION_HASH = `0x${"5a".repeat(32)}`;

const receipt = {
  chainId: 1,
  registry: REGISTRY,
  logId: 1,
  leaf: HASH,
  deadline: 1_774_086_400,
  signature: `0x${"1b".repeat(65)}`,
};
const batch = {
  seq: 3,
  state: "anchored",
  firstIndex: 120,
  count: 48,
  root: HASH,
  cidDigest: HASH,
  cid: CID,
  transactionHash: TRANSACTION_HASH,
  blockNumber: 21_000_000,
  finality: "safe",
} as const;

/** Examples of answers, by method, path and status. */
export const ANSWER_EXAMPLES: Record<string, unknown> = {
  "post /v1/reports 202": { leaf: HASH, state: "received", receipt },
  "get /v1/reports/{leaf} 200": {
    leaf: HASH,
    state: "anchored",
    receipt,
    batch,
    transaction: { hash: TRANSACTION_HASH, blockNumber: 21_000_000 },
  },
  "get /v1/log 200": {
    chainId: 1,
    registry: REGISTRY,
    logId: 1,
    operator: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
    size: 4,
    total: 168,
    peaks: [HASH],
    head: `0x${HASH}`,
    reports: { sealed: 0, stored: 0, posted: 0, anchored: 48, finalized: 120 },
    finality: { latest: 0, safe: 1, finalized: 3 },
    blocks: { latest: 21_000_040, safe: 21_000_010, finalized: 20_999_980 },
    workBits: 0,
  },
  "get /v1/batches 200": { batches: [batch] },
  "get /v1/batches/{seq}/filter 200": {
    digest: HASH,
    cid: CID,
    length: 1_868,
    index: 17,
    path: Array.from({ length: 6 }, () => HASH),
  },
  "get /metrics 200":
    '# HELP tocsin_reports Reports in each state.\n# TYPE tocsin_reports gauge\ntocsin_reports{state="received"} 7\n',
};

/** One problem for each status, of those that a route with this status answers. */
export const PROBLEM_EXAMPLES: Record<number, { title: string; code: string; detail: string }> = {
  400: {
    title: "Bad request",
    code: "REPORT_TRUNCATED",
    detail: "the report's bytes end inside the signature",
  },
  401: {
    title: "Not accepted",
    code: "REPORT_SIGNATURE_INVALID",
    detail: "the report's signature is not valid",
  },
  403: {
    title: "Not for you",
    code: "OPERATOR_ONLY",
    detail: "metrics are for the operator: with its token, or from the relayer's own machine",
  },
  404: { title: "Not found", code: "NOT_FOUND", detail: "no report with this leaf was received here" },
  406: {
    title: "Not acceptable",
    code: "NOT_ACCEPTABLE",
    detail: "a block is served as raw bytes or as a CAR",
  },
  412: { title: "Not here", code: "NOT_CACHED", detail: "this block is not stored here" },
  413: { title: "Too large", code: "BODY_TOO_LARGE", detail: "the request's body is too large" },
  415: {
    title: "Unsupported content type",
    code: "CONTENT_TYPE_UNSUPPORTED",
    detail:
      "send an upload, or a signed report as application/octet-stream, or as application/json with base64",
  },
  428: {
    title: "Proof of work required",
    code: "WORK_REQUIRED",
    detail: "an upload must show 20 bits of work",
  },
  429: {
    title: "Too many requests",
    code: "RATE_LIMITED",
    detail: "too many uploads from here: try again in 12 s",
  },
  500: {
    title: "Internal error",
    code: "INTERNAL_ERROR",
    detail: "the relayer failed to answer; the request can be sent again",
  },
  503: { title: "Not ready", code: "STORAGE_FULL", detail: "the relayer's disk is full" },
};
