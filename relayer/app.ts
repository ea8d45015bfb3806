import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { pino, type Logger } from "pino";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { fetchBatchFile } from "@tocsin/protocol/check/fetchBatch.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import packageJson from "./package.json" with { type: "json" };
import { EthersBond } from "./adapters/ethersBond.ts";
import { EthersRegistry } from "./adapters/ethersRegistry.ts";
import { FilesystemBlocks } from "./adapters/filesystemBlocks.ts";
import { KuboBlocks } from "./adapters/kuboBlocks.ts";
import { PinningBlocks } from "./adapters/pinningBlocks.ts";
import type { SqlDatabase } from "./adapters/sql/database.ts";
import { openPostgres } from "./adapters/sql/postgres.ts";
import { openSqlite } from "./adapters/sql/sqlite.ts";
import { systemClock } from "./adapters/systemClock.ts";
import { ThreadFilters } from "./adapters/threadFilters.ts";
import { ThreadSigner } from "./adapters/threadSigner.ts";
import { ThreadVerifier } from "./adapters/threadVerifier.ts";
import { BlockReader } from "./batcher/blockReader.ts";
import { deleteExpired } from "./batcher/retention.ts";
import { longestWait } from "./batcher/seal.ts";
import type { StoreUse } from "./batcher/store.ts";
import type { Config } from "./config/config.ts";
import { StartError } from "./errors.ts";
import type { FsckParts } from "./fsck/parts.ts";
import { createServer } from "./http/server.ts";
import { Intake } from "./intake/intake.ts";
import { countRpc, countStore, countUploads } from "./metrics/counted.ts";
import { Metrics } from "./metrics/metrics.ts";
import { jsonRpc } from "./net/jsonRpc.ts";
import type { Database } from "./ports/database.ts";
import { Answerer } from "./publisher/answer.ts";
import { messageOf } from "./publisher/faults.ts";
import { LogHistory } from "./publisher/history.ts";
import type { Notify } from "./publisher/notify.ts";
import { Proofs } from "./publisher/proofs.ts";
import { Publisher } from "./publisher/publisher.ts";
import { startRounds } from "./rounds.ts";

/** Seconds between two looks for what the retention period is over for. */
const RETENTION_INTERVAL = 60;

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
  const metrics = new Metrics(packageJson.version);
  const rpc = countRpc(jsonRpc(config.rpc), metrics);
  const registry = await EthersRegistry.connect(rpc, config, config.privateKey);
  const bond = config.bond === undefined ? undefined : await connectBond(rpc, config.bond, config, registry);
  const database = await openDatabase(config, registry);
  const { chainId, address, logId } = registry;
  const crashed = (cause: unknown): void => {
    logger.error(
      { reason: messageOf(cause) },
      "a thread ended that verifies, signs or makes filters; what needs it next starts another",
    );
  };
  const privateKey = fromHex(config.privateKey, "private key", 32);
  const signer = new ThreadSigner({ chainId, registry: address, logId }, privateKey, crashed);
  const verifier = new ThreadVerifier(crashed);
  const filters = new ThreadFilters(crashed);
  const close = async (): Promise<void> => {
    await Promise.all([verifier.close(), signer.close(), filters.close(), database.close()]);
  };
  try {
    const { own, uses } = await openStores(config);
    await own.removeHalfWritten();
    const stores = uses.map((use) => ({ ...use, store: countStore(use.store, metrics) }));
    const history = await LogHistory.replay(registry.operator, database);
    const proofs = new Proofs(database, registry, history);
    const clock = systemClock;
    const notify: Notify = (level, message, fields = {}) => {
      logger[level](fields, message);
    };
    const parts = { database, registry, history, proofs, clock, options: config, notify };
    const answerer = bond && new Answerer({ ...parts, bond });
    const publisher = new Publisher({ ...parts, stores, filters, answerer });
    const server = await createServer({
      ...config,
      ...parts,
      intake: new Intake(
        {
          database: countUploads(database, metrics),
          verifier,
          signer,
          clock,
          chainTime: () => publisher.chainTime,
        },
        config,
      ),
      publisher,
      store: new BlockReader(database, own, filters),
      metrics,
      metricsToken: config.metricsToken,
      freeBytes: () => freeBytes(config.dataDir),
      version: packageJson.version,
      logger,
      bond,
    });
    const publishing = startRounds(() => publisher.round(), config.pollInterval);
    const deleting = startRounds(async () => {
      if (publisher.status.isLeader) await deleteOld(database, uses, config, notify);
    }, RETENTION_INTERVAL);
    const url = await server.listen({ host: config.host, port: config.port });
    logStart(logger, registry, history, url);
    if (longestWait(config) >= config.anchorWithin) {
      notify("warn", "a report may wait for its batch for longer than its receipt promises", {
        longestWait: longestWait(config),
        anchorWithin: config.anchorWithin,
      });
    }
    return {
      url,
      async stop() {
        await server.close();
        await Promise.all([publishing.stop(), deleting.stop()]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What `tocsin fsck` compares. It holds the lead, so that nobody seals or posts meanwhile, until it is closed. */
export async function openFsck(
  config: Config,
  gateways: readonly string[],
  progress: FsckParts["progress"],
): Promise<{ parts: FsckParts; close(): Promise<void> }> {
  const registry = await EthersRegistry.connect(jsonRpc(config.rpc), config, config.privateKey);
  const database = await openDatabase(config, registry, { check: false });
  const filters = new ThreadFilters(() => undefined);
  const close = async (): Promise<void> => {
    await Promise.all([filters.close(), database.close()]);
  };
  try {
    if (!(await database.lead())) {
      throw new StartError(
        "DATABASE_IN_USE",
        "another process leads on this database: stop the relayers first",
      );
    }
    const { uses } = await openStores(config);
    const fetchBlock = async (cidDigest: Uint8Array): Promise<Uint8Array> =>
      (await fetchBatchFile(fetch, gateways, cidDigest)).file;
    const stores = uses.map(({ store }) => store);
    const { retentionDays } = config;
    const parts = {
      database,
      registry,
      stores,
      filters,
      clock: systemClock,
      retentionDays,
      fetchBlock,
      progress,
    };
    return { parts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the configured database and binds it to the log: used for another log it would post what no receipt names. */
async function openDatabase(
  { dataDir, databaseUrl }: Config,
  { chainId, address, logId, operator }: EthersRegistry,
  options: { check?: boolean } = {},
): Promise<SqlDatabase> {
  await mkdir(dataDir, { recursive: true });
  const database =
    databaseUrl === undefined
      ? await openSqlite(join(dataDir, "relayer.sqlite"), options)
      : await openPostgres(databaseUrl);
  const identity = `chain ${chainId}, registry ${to0x(address)}, log ${logId}, operator ${to0x(operator)}`;
  try {
    const bound = await database.bind(identity);
    if (bound === identity) return database;
    throw new StartError(
      "DATA_FOLDER_OF_ANOTHER_LOG",
      `this database belongs to ${bound}, not to ${identity}: give another --data-dir or DATABASE_URL`,
    );
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** @returns the relayer's own blocks, and all stores that a batch goes to */
async function openStores(config: Config): Promise<{ own: FilesystemBlocks; uses: StoreUse[] }> {
  const { dataDir, kubo, pinningService, pinningToken, pinningGateway, publicUrl } = config;
  const own = await FilesystemBlocks.open(join(dataDir, "blocks"));
  const isRequired = (name: "kubo" | "pinning"): boolean => !config.optionalStores?.includes(name);
  const uses: StoreUse[] = [{ store: own, isRequired: true }];
  if (kubo !== undefined) uses.push({ store: new KuboBlocks(kubo), isRequired: isRequired("kubo") });
  if (pinningService !== undefined && pinningToken !== undefined && pinningGateway !== undefined) {
    const options = { service: pinningService, token: pinningToken, gateway: pinningGateway, publicUrl };
    uses.push({ store: new PinningBlocks(options), isRequired: isRequired("pinning") });
  }
  return { own, uses };
}

/** Keeps the retention period, and nothing of dummies. A store or database that is away now is asked again in the next round. */
async function deleteOld(
  database: Database,
  uses: readonly StoreUse[],
  { retentionDays }: Config,
  notify: Notify,
): Promise<void> {
  const stores = uses.map(({ store }) => store);
  try {
    await database.forgetDummies();
    for (const seq of await deleteExpired(database, stores, systemClock, { retentionDays, notify })) {
      notify("info", "an expired batch's bytes are deleted", { seq });
    }
  } catch (error) {
    notify("warn", "what expired is not deleted", { reason: (error as Error).message });
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
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

function logStart(logger: Logger, registry: EthersRegistry, history: LogHistory, url: string): void {
  const { chainId, address, logId, operator } = registry;
  const log = { chainId, registry: to0x(address), logId, operator: to0x(operator), size: history.state.size };
  logger.info({ ...log, url }, "relayer started");
}
