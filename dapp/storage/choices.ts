import type { RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { readConnection, type RecorderConnection } from "../recorder/connection.ts";
import { readPreferences, type Preferences } from "../sync/preferences.ts";
import { readStoredPolicy } from "../sync/riskSettings.ts";
import { readSources, type Source } from "../sync/source.ts";
import type { Database } from "./database.ts";

/** What the user chose, and connected this page to. What this version cannot read of it counts as not chosen. */
export class Choices {
  readonly #database: Database;
  readonly #changed: () => void;

  constructor(database: Database, changed: () => void) {
    this.#database = database;
    this.#changed = changed;
  }

  /** The sources that the user chose; undefined where the site's own are in use. */
  async sources(): Promise<Source[] | undefined> {
    const stored: unknown = await this.#database.get("choices", "sources");
    return stored === undefined ? undefined : readSources(stored);
  }

  /**
   * Changes which sources are followed, whatever another tab changes meanwhile.
   * @param site what is followed as long as the user chose nothing
   * @param change gives the new list, or why there is none
   * @returns that reason
   */
  async changeSources<Refusal extends string>(
    site: Source | undefined,
    change: (followed: Source[]) => Source[] | Refusal,
  ): Promise<Refusal | undefined> {
    const { store, done } = this.#database.transaction("choices", "readwrite");
    const stored: unknown = await store.get("sources");
    const suggested = site ? [site] : [];
    const changed = change(stored === undefined ? suggested : readSources(stored));
    if (typeof changed === "string") return changed;
    // Whoever follows what the site suggests goes on to when it suggests another.
    const isSite = site !== undefined && JSON.stringify(changed) === JSON.stringify(suggested);
    await (isSite ? store.delete("sources") : store.put(changed, "sources"));
    await done;
    this.#changed();
    return undefined;
  }

  /** What counts as relevant: the user's choice, or the default. */
  async riskPolicy(): Promise<RiskPolicy> {
    return readStoredPolicy(await this.#database.get("choices", "policy"));
  }

  async saveRiskPolicy(policy: RiskPolicy): Promise<void> {
    await this.#database.put("choices", policy, "policy");
    this.#changed();
  }

  async preferences(): Promise<Preferences> {
    return readPreferences(await this.#database.get("choices", "preferences"));
  }

  /** Changes some of the preferences, whatever another tab changes meanwhile; undefined takes a choice back. */
  async savePreferences(some: { [K in keyof Preferences]?: Preferences[K] | undefined }): Promise<void> {
    const { store, done } = this.#database.transaction("choices", "readwrite");
    await store.put({ ...readPreferences(await store.get("preferences")), ...some }, "preferences");
    await done;
    this.#changed();
  }

  /** The recorder that this page is connected to. */
  async recorder(): Promise<RecorderConnection | undefined> {
    return readConnection(await this.#database.get("choices", "recorder"));
  }

  async connectRecorder(connection: RecorderConnection): Promise<void> {
    await this.#database.put("choices", connection, "recorder");
    this.#changed();
  }

  /**
   * Changes the connection with this token as it is then, unless the user ended it meanwhile.
   * @param change gives the new one, or undefined to end it
   */
  async changeRecorder(
    token: string,
    change: (connection: RecorderConnection) => RecorderConnection | undefined,
  ): Promise<void> {
    const { store, done } = this.#database.transaction("choices", "readwrite");
    const stored = readConnection(await store.get("recorder"));
    if (stored?.token === token) {
      const changed = change(stored);
      await (changed ? store.put(changed, "recorder") : store.delete("recorder"));
    }
    await done;
    this.#changed();
  }
}
