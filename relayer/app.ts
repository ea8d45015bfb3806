import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pino, type Logger } from "pino";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { EthersBond } from "./adapters/ethersBond.ts";
import { EthersRegistry } from "./adapters/ethersRegistry.ts";
import { FilesystemBlocks } from "./adapters/filesystemBlocks.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { jsonRpc } from "./net/jsonRpc.ts";
import { SqliteDatabase } from "./adapters/sqlite/database.ts";
import { systemClock } from "./adapters/systemClock.ts";
import type { Config } from "./config/config.ts";
import { StartError } from "./errors.ts";
import { createServer } from "./http/server.ts";
import { Intake } from "./intake/intake.ts";
import { Answerer } from "./publisher/answer.ts";
import { LogHistory } from "./publisher/history.ts";
import { Proofs } from "./publisher/proofs.ts";
import { Publisher } from "./publisher/publisher.ts";

/** A relayer that runs. */
export interface Relayer {
  /** Where it listens. */
  url: string;
  /** Ends what is in flight, then closes everything. */
  stop(): Promise<void>;
}

/** Puts the relayer together and starts it: the only place that knows which adapter serves which port. */
export async function startRelayer(config: Config): Promise<Relayer> {
  const logger = pino({ level: config.logLevel, base: null });
  const rpc = jsonRpc(config.rpc);
  const registry = await EthersRegistry.connect(rpc, config, config.privateKey);
  const bond = config.bond === undefined ? undefined : await connectBond(rpc, config.bond, config, registry);
  await mkdir(config.dataDir, { recursive: true });
  const database = await SqliteDatabase.open(join(config.dataDir, "relayer.sqlite"));
  try {
    await bindToLog(database, registry);
    const store = await FilesystemBlocks.open(join(config.dataDir, "blocks"));
    const history = await LogHistory.replay(registry.operator, database);
    const proofs = new Proofs(database, registry, history);
    const parts = {
      database,
      registry,
      history,
      clock: systemClock,
      options: config,
      notify: (level: "info" | "warn", message: string, fields: object = {}) =>
        logger[level](fields, message),
    };
    const answerer = bond && new Answerer({ ...parts, bond, proofs });
    const publisher = new Publisher({ ...parts, stores: [store], answerer });
    const server = await createServer({
      intake: new Intake(database, registry, systemClock, config),
      database,
      registry,
      history,
      publisher,
      proofs,
      store,
      bond,
      reportsPerMinute: config.reportsPerMinute,
      logger,
    });
    const publishing = startRounds(publisher, config.pollInterval);
    const url = await server.listen({ host: config.host, port: config.port });
    logStart(logger, registry, history, url);
    return {
      url,
      async stop() {
        await server.close();
        await publishing.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * @throws StartError where the bond does not cover what the relayer would promise: an operator who believes to be bonded
 *   must not sign receipts that nobody can demand
 */
async function connectBond(
  rpc: Rpc,
  address: string,
  { anchorWithin, privateKey }: Config,
  registry: EthersRegistry,
): Promise<EthersBond> {
  const bond = await EthersBond.connect(rpc, address, registry, privateKey);
  if (!equalBytes(bond.registry, registry.address)) {
    const [other, own] = [to0x(bond.registry), to0x(registry.address)];
    const message = `the bond ${address} is for logs of the registry ${other}, not of ${own}`;
    throw new StartError("BOND_OF_ANOTHER_REGISTRY", message);
  }
  if (anchorWithin > bond.longestReceipt) {
    const message =
      `receipts that give ${anchorWithin} s are longer than the bond's longest of ${bond.longestReceipt} s: ` +
      "set --anchor-within to no more than that";
    throw new StartError("RECEIPT_TOO_LONG", message);
  }
  return bond;
}

/** A database holds one log's history: used for another log it would post batches that the receipts don't name. */
async function bindToLog(database: SqliteDatabase, registry: EthersRegistry): Promise<void> {
  const { chainId, address, logId, operator } = registry;
  const identity = `chain ${chainId}, registry ${to0x(address)}, log ${logId}, operator ${to0x(operator)}`;
  const bound = await database.bind(identity);
  if (bound !== identity) {
    throw new StartError(
      "DATA_FOLDER_OF_ANOTHER_LOG",
      `this data folder belongs to ${bound}, not to ${identity}: give another --data-dir`,
    );
  }
}

/** Runs the publisher round after round, `interval` seconds apart, until it is stopped. */
function startRounds(publisher: Publisher, interval: number): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await publisher.round();
      await pause(interval * 1_000, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function logStart(logger: Logger, registry: EthersRegistry, history: LogHistory, url: string): void {
  const { chainId, address, logId, operator } = registry;
  const log = { chainId, registry: to0x(address), logId, operator: to0x(operator), size: history.state.size };
  logger.info({ ...log, url }, "relayer started");
}
