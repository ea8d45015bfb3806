import { createHash } from "node:crypto";
import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  type DialectAdapter,
  type PostgresPoolClient,
  type Transaction,
} from "kysely";
import pg from "pg";
import { DatabaseError } from "../../ports/database.ts";
import { isConnectionFault } from "./postgresFaults.ts";
import { connectionOptions, prepareSession } from "./postgresSession.ts";
import type { Tables } from "./tables.ts";

/**
 * The lead among the processes that share a database: an advisory lock, which PostgreSQL itself takes back when the
 * connection that holds it ends. Whatever the leader writes goes through that connection, so what could be written
 * without the lock can't be sent.
 */
export class PostgresLead {
  readonly #url: string;
  #connection: LeadConnection | undefined;
  #isLeading = false;
  #taking: Promise<boolean> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Whether this process leads from now on. A connection that was lost is replaced by a new one. */
  take(identity: string): Promise<boolean> {
    this.#taking ??= this.#take(identity).finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #take(identity: string): Promise<boolean> {
    if ((await this.#connection?.answers()) !== true) {
      this.#isLeading = false;
      this.#connection = undefined;
    }
    this.#connection ??= await LeadConnection.open(this.#url);
    this.#isLeading ||= await this.#connection.tryLock(lockKey(identity));
    return this.#isLeading;
  }

  /** @throws DatabaseError LEAD_LOST, also when the connection is lost on the way */
  async transaction<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    const connection = this.#connection;
    if (connection === undefined || !this.#isLeading || connection.isLost()) throw leadLost();
    try {
      return await connection.db.transaction().execute(work);
    } catch (error) {
      if (isConnectionFault(error)) connection.drop();
      throw connection.isLost() ? leadLost() : error;
    }
  }

  async close(): Promise<void> {
    await this.#taking?.catch(() => undefined);
    this.#isLeading = false;
    await this.#connection?.close();
  }
}

class LeadConnection {
  readonly #client: pg.Client;
  readonly db: Kysely<Tables>;
  #isLost = false;

  private constructor(client: pg.Client) {
    this.#client = client;
    const markLost = (): void => {
      this.#isLost = true;
    };
    client.on("error", markLost);
    client.on("end", markLost);
    this.db = new Kysely<Tables>({ dialect: new OneConnectionDialect(client) });
  }

  static async open(url: string): Promise<LeadConnection> {
    const client = new pg.Client(connectionOptions(url, "tocsin leader"));
    const connection = new LeadConnection(client);
    try {
      await client.connect();
      await prepareSession(client);
      return connection;
    } catch (error) {
      connection.drop();
      throw error;
    }
  }

  isLost(): boolean {
    return this.#isLost;
  }

  async tryLock(key: string): Promise<boolean> {
    const query = "select pg_try_advisory_lock($1::bigint) as taken";
    const { rows } = await this.#client.query<{ taken: boolean }>(query, [key]);
    return rows[0]?.taken === true;
  }

  /** Whether the connection still works. One that does not is dropped. */
  async answers(): Promise<boolean> {
    if (this.#isLost) return false;
    try {
      await this.#client.query("select 1");
      return true;
    } catch (error) {
      // Refused amid a transaction that failed: that is an answer, too.
      if (!isConnectionFault(error)) return true;
      this.drop();
      return false;
    }
  }

  /** Ends the connection without waiting for an answer. */
  drop(): void {
    this.#isLost = true;
    this.#client.connection.stream.destroy();
  }

  async close(): Promise<void> {
    if (!this.#isLost) await this.#client.end();
  }
}

/** Kysely over a connection that is never replaced, for one transaction at a time. */
class OneConnectionDialect extends PostgresDialect {
  constructor(client: pg.Client) {
    const lent: PostgresPoolClient = {
      query: client.query.bind(client),
      release: () => undefined,
    };
    const pool = { options: {}, connect: () => Promise.resolve(lent), end: () => Promise.resolve() };
    super({ pool });
  }

  override createAdapter(): DialectAdapter {
    return new OneConnectionAdapter();
  }
}

class OneConnectionAdapter extends PostgresAdapter {
  override get supportsMultipleConnections(): boolean {
    return false;
  }
}

/** The same for every process of one log, another for every other log. PostgreSQL keeps the locks of databases apart. */
function lockKey(identity: string): string {
  return createHash("sha256").update(`tocsin leader of ${identity}`).digest().readBigInt64BE(0).toString();
}

function leadLost(): DatabaseError {
  return new DatabaseError("LEAD_LOST", "this process does not lead: another may seal and post");
}
