import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { findPrograms, serverUser, type Programs } from "./postgresPrograms.ts";
import { freePort } from "./server.ts";

const START_TIMEOUT_MS = 60_000;
const USER = "tocsin";

/** A PostgreSQL server of its own on a free port. */
export class Postgres {
  /** Of a database, with the rights of its owner and of the server's. */
  url = "";
  readonly #folder: string;
  readonly #programs: Programs;
  /** Of this server alone: another one that took its port is not mistaken for it. */
  readonly #password = randomBytes(16).toString("hex");
  #port = 0;
  #child: ChildProcess | undefined;
  #databases = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#programs = findPrograms(folder);
    // A test run that dies must not leave servers behind.
    process.once("exit", () => this.#child?.kill("SIGQUIT"));
  }

  /** Makes the server's files, starts it, and makes a first database. */
  async create(): Promise<void> {
    const { uid, gid } = serverUser();
    const passwordFile = join(this.#folder, "password");
    writeFileSync(passwordFile, this.#password, { mode: 0o600 });
    mkdirSync(this.#data, { mode: 0o700 });
    if (uid !== undefined && gid !== undefined) {
      for (const path of [passwordFile, this.#data]) chownSync(path, uid, gid);
    }
    const files = ["--pgdata", this.#data, "--pwfile", passwordFile, "--no-sync", "--data-checksums"];
    const options = ["--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale"];
    execFileSync(join(this.#programs.bin, "initdb"), [...files, ...options], {
      ...this.#programs.owner,
      cwd: this.#folder,
      stdio: "pipe",
    });
    this.#port = await freePort();
    await this.start();
    this.url = await this.newDatabase();
  }

  /** Starts the server on its port, also after `crash`: it has what was durable. */
  async start(): Promise<void> {
    const settings = [`port=${this.#port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
    // After a crash one call makes the files durable instead of one for each of a thousand.
    settings.push("recovery_init_sync_method=syncfs");
    const child = spawn(
      join(this.#programs.bin, "postgres"),
      ["-D", this.#data, ...settings.flatMap((setting) => ["-c", setting])],
      { ...this.#programs.owner, cwd: this.#folder, stdio: ["ignore", "ignore", "pipe"] },
    );
    this.#child = child;
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (output.length < 100_000) output += chunk.toString();
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        await this.crash();
        throw new Error(`PostgreSQL did not start\n${output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Makes another, empty database. @returns its URL */
  async newDatabase(): Promise<string> {
    const name = `tocsin_${++this.#databases}`;
    await this.query(`create database ${name}`, this.#urlOf("postgres"));
    return this.#urlOf(name);
  }

  /**
   * Ends the sessions that call themselves so, as a lost connection does: "tocsin leader" or "tocsin".
   * @returns how many there were
   */
  async terminateConnections(applicationName: string, url = this.url): Promise<number> {
    const where = `datname = current_database() and application_name = '${applicationName}'`;
    const rows = await this.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${where}`,
      url,
    );
    return rows.length;
  }

  /** Runs one statement as the owner. @returns its rows */
  async query(text: string, url = this.url): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends the server at once: no checkpoint, no goodbye. */
  async crash(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGQUIT");
    await once(child, "exit");
  }

  async stop(): Promise<void> {
    await this.crash();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  #urlOf(database: string): string {
    return `postgres://${USER}:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query("select 1", this.#urlOf("postgres"));
      return true;
    } catch {
      return false;
    }
  }
}

/** Starts a server in a folder of its own. `findPrograms` says which. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-postgres-"));
  // The server may run as another user; its data folder is closed to all others.
  chmodSync(folder, 0o755);
  const postgres = new Postgres(folder);
  try {
    await postgres.create();
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
