import { CONNECTION_LIMITS, createServer, type ServerParts } from "../../../relayer/http/server.ts";
import { Intake } from "../../../relayer/intake/intake.ts";
import { FixedSigner } from "../../../relayer/intake/support/fixedSigner.ts";
import { FixedVerifier } from "../../../relayer/intake/support/fixedVerifier.ts";
import { MemoryEntries } from "../../../relayer/intake/support/memoryEntries.ts";
import { Metrics } from "../../../relayer/metrics/metrics.ts";

/** The HTTP interface of a relayer that takes reports in and goes no further: chain and batches are left out. */
export interface IntakeServer {
  url: string;
  port: number;
  database: MemoryEntries;
  signer: FixedSigner;
  verifier: FixedVerifier;
  server: Awaited<ReturnType<typeof createServer>>;
  /** What was logged so far, at every level. */
  logged: string[];
}

const registry = { address: new Uint8Array(20).fill(1), chainId: 31_337, logId: 1 };
const keys = { operator: new Uint8Array(32).fill(1), decoy: new Uint8Array(32).fill(2) };

function loggerTo(lines: string[]): ServerParts["logger"] {
  const write = (...words: unknown[]): void => void lines.push(JSON.stringify(words));
  const levels = {
    fatal: write,
    error: write,
    warn: write,
    info: write,
    debug: write,
    trace: write,
    silent: write,
  };
  const logger: ServerParts["logger"] = { ...levels, level: "trace", child: () => logger };
  return logger;
}

export async function startIntakeServer(
  options: Partial<Pick<ServerParts, "reportsPerMinute" | "workBits" | "trustedProxies">> = {},
  limits: Partial<typeof CONNECTION_LIMITS> = {},
): Promise<IntakeServer> {
  const database = new MemoryEntries();
  const logged: string[] = [];
  const clock = { now: () => Math.floor(Date.now() / 1_000) };
  const signer = new FixedSigner({ ...registry, registry: registry.address }, keys);
  const verifier = new FixedVerifier();
  const parts = { database, verifier, signer, clock, chainTime: () => undefined };
  const server = await createServer(
    {
      ...({ history: {}, publisher: {}, store: {} } as ServerParts),
      intake: new Intake(parts, { maxSpan: 1_344, anchorWithin: 86_400 }),
      database: database as unknown as ServerParts["database"],
      registry: registry as ServerParts["registry"],
      proofs: { stateOf: async () => "received" } as unknown as ServerParts["proofs"],
      reportsPerMinute: 1_000_000,
      workBits: 0,
      trustedProxies: 0,
      metrics: new Metrics("0.0.0"),
      clock,
      logger: loggerTo(logged),
      ...options,
    },
    { ...CONNECTION_LIMITS, ...limits },
  );
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { url, port: Number(new URL(url).port), database, signer, verifier, server, logged };
}
