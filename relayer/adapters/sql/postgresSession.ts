import pg from "pg";

/** A statement that takes longer is given up, ms. */
const STATEMENT_TIMEOUT = 30_000;
/** When the server does not even say so, the connection is given up, ms. */
const ANSWER_TIMEOUT = 40_000;
const CONNECT_TIMEOUT = 10_000;
const KEEPALIVE_DELAY = 10_000;

/** PostgreSQL's type of 64-bit integers. All of the relayer's are safe integers. */
const INT8 = 20;
const types = new pg.TypeOverrides();
types.setTypeParser(INT8, Number);

/** How every connection is made. @param time whether statements may take as long as they take */
export function connectionOptions(url: string, name: string, time?: "unlimited"): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    ...(time === "unlimited" ? {} : { query_timeout: ANSWER_TIMEOUT }),
  };
}

/**
 * What every session relies on, whatever the server's default is: a commit is on the disk before it returns, which is
 * what a receipt promises; and the server soon ends the session of a process that is gone or stuck, so that another
 * may lead.
 */
export async function prepareSession(client: pg.ClientBase, time?: "unlimited"): Promise<void> {
  await client.query(`
    set synchronous_commit = on;
    set statement_timeout = ${time === "unlimited" ? 0 : STATEMENT_TIMEOUT};
    set idle_in_transaction_session_timeout = ${STATEMENT_TIMEOUT};
    set tcp_keepalives_idle = 10;
    set tcp_keepalives_interval = 5;
    set tcp_keepalives_count = 3;
    set default_transaction_isolation = 'read committed'
  `);
}
