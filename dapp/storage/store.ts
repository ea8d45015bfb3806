import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import type { BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { purgeOutcome, type CheckOutcome } from "../alerts/outcome.ts";
import { isExpired, mergeContacts } from "../contacts/mergeContacts.ts";
import {
  packContacts,
  summarize,
  unpackContacts,
  type ContactSummary,
  type PackedContacts,
} from "../contacts/packedContacts.ts";
import { isExpiredKey, mergeKeys, type StoredKey } from "../report/mergeKeys.ts";
import { rvkHexOf, type OwnReport } from "../report/ownReport.ts";
import { readStoredPolicy } from "../sync/riskSettings.ts";
import { readSettings, type Settings } from "../sync/settings.ts";
import type { Database } from "./database.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";

const DAY = 86_400;

/** What became of the records of an import. */
export interface Imported {
  added: number;
  duplicates: number;
  expired: number;
}

/** Everything that this page keeps, all of it on this device. Listeners hear of changes, also of those by other tabs. */
export class Store {
  readonly #database: Database;
  readonly #listeners = new Set<() => void>();
  readonly #otherTabs = new BroadcastChannel("tocsin");

  constructor(database: Database) {
    this.#database = database;
    this.#otherTabs.addEventListener("message", () => this.#notify());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The contact records, a day in each. */
  contacts(): Promise<PackedContacts[]> {
    return this.#database.getAll("contacts");
  }

  async contactSummary(): Promise<ContactSummary> {
    return summarize(await this.contacts());
  }

  /**
   * Merges records into the stored ones and deletes what is past the retention period, stored or new.
   * @param now unix seconds
   */
  async importContacts(records: readonly ContactRecord[], now: number): Promise<Imported> {
    await this.purgeExpired(now);
    const transaction = this.#database.transaction("contacts", "readwrite");
    const { store } = transaction;
    const imported: Imported = { added: 0, duplicates: 0, expired: 0 };
    // Both records of one sighting have one firstSeen, so they are in one day.
    for (const [day, ofDay] of Map.groupBy(records, (record) => Math.floor(record.firstSeen / DAY))) {
      const stored = await store.get(day);
      const merged = mergeContacts(stored ? unpackContacts(stored) : [], ofDay, now);
      imported.added += merged.added;
      imported.duplicates += merged.duplicates;
      imported.expired += merged.expired;
      if (merged.records.length > 0) await store.put(packContacts(merged.records), day);
    }
    await transaction.done;
    this.#changed();
    return imported;
  }

  keys(): Promise<StoredKey[]> {
    return this.#database.getAll("keys");
  }

  /** @param now unix seconds */
  async importKeys(keys: readonly BroadcastKey[], now: number): Promise<Imported> {
    const transaction = this.#database.transaction(["keys", "reports"], "readwrite");
    const store = transaction.objectStore("keys");
    const reports = await transaction.objectStore("reports").getAll();
    const disclosed = new Map(reports.map((report) => [rvkHexOf(report), report.createdAt]));
    const merged = mergeKeys(await store.getAll(), keys, disclosed, now);
    const writes = merged.changed.map((key) => store.put(key, toHex(key.rak)));
    await Promise.all([...writes, transaction.done]);
    this.#changed();
    return merged;
  }

  ownReports(): Promise<OwnReport[]> {
    return this.#database.getAll("reports");
  }

  /**
   * Keeps signed reports and retires their keys, both or neither: a report must not leave this device while its key
   * could still be used. False, and nothing is kept, when another tab has retired one of the keys meanwhile.
   * @param now unix seconds
   */
  async keepReports(
    reports: readonly OwnReport[],
    raks: readonly Uint8Array[],
    now: number,
  ): Promise<boolean> {
    const transaction = this.#database.transaction(["keys", "reports"], "readwrite");
    const keys = transaction.objectStore("keys");
    const ids = [...new Set(raks.map(toHex))];
    const stored = await Promise.all(ids.map((id) => keys.get(id)));
    const usable = stored.filter((key): key is StoredKey => key !== undefined && key.retiredAt === undefined);
    if (usable.length < ids.length) {
      await transaction.done;
      return false;
    }
    await Promise.all([
      ...usable.map((key) => keys.put({ ...key, retiredAt: now }, toHex(key.rak))),
      ...reports.map((report) => transaction.objectStore("reports").put(report)),
      transaction.done,
    ]);
    this.#changed();
    return true;
  }

  /** Keeps what became of a report, unless the user erased it meanwhile. */
  async updateReport(report: OwnReport): Promise<void> {
    const transaction = this.#database.transaction("reports", "readwrite");
    if (await transaction.store.getKey(report.leaf)) await transaction.store.put(report);
    await transaction.done;
    this.#changed();
  }

  /** The settings that the user saved. Those that this version cannot read count as none. */
  async settings(): Promise<Settings | undefined> {
    const read = readSettings(await this.#database.get("settings", "current"));
    return "settings" in read ? read.settings : undefined;
  }

  async saveSettings(settings: Settings): Promise<void> {
    await this.#database.put("settings", settings, "current");
    this.#changed();
  }

  /** Erases the settings, but not what counts as relevant. */
  async eraseSettings(): Promise<void> {
    await this.#database.delete("settings", "current");
    this.#changed();
  }

  /** What counts as relevant: the user's choice, or the default. */
  async riskPolicy(): Promise<RiskPolicy> {
    return readStoredPolicy(await this.#database.get("settings", "policy"));
  }

  async saveRiskPolicy(policy: RiskPolicy): Promise<void> {
    await this.#database.put("settings", policy, "policy");
    this.#changed();
  }

  outcome(): Promise<CheckOutcome | undefined> {
    return this.#database.get("outcome", "current");
  }

  async saveOutcome(outcome: CheckOutcome): Promise<void> {
    await this.#database.put("outcome", outcome, "current");
    this.#changed();
  }

  /** Erases the contact records, and with them the outcome and what checks remember, which tell of them. */
  async eraseContacts(): Promise<void> {
    await this.#erase("contacts", "outcome", "memory");
  }

  async eraseKeys(): Promise<void> {
    await this.#erase("keys");
  }

  async eraseReports(): Promise<void> {
    await this.#erase("reports");
  }

  async eraseEverything(): Promise<void> {
    await this.#erase("contacts", "keys", "reports", "outcome", "settings", "memory");
  }

  /** Deletes contact records, also of the outcome, broadcast keys and remembered batches past the retention period. @param now unix seconds */
  async purgeExpired(now: number): Promise<void> {
    const transaction = this.#database.transaction(["contacts", "keys", "memory", "outcome"], "readwrite");
    const batches = transaction.objectStore("memory").index("anchoredAt");
    const oldBatches = IDBKeyRange.upperBound(now - RETENTION, true);
    for await (const batch of batches.iterate(oldBatches)) await batch.delete();
    const contacts = transaction.objectStore("contacts");
    const keys = transaction.objectStore("keys");
    const oldKeys = (await keys.getAll()).filter((key) => isExpiredKey(key, now));
    await Promise.all(oldKeys.map((key) => keys.delete(toHex(key.rak))));
    let purged = oldKeys.length > 0;
    const outcomes = transaction.objectStore("outcome");
    const outcome = await outcomes.get("current");
    const recent = outcome && purgeOutcome(outcome, now);
    if (recent !== outcome) {
      purged = true;
      await (recent ? outcomes.put(recent, "current") : outcomes.delete("current"));
    }
    const days = IDBKeyRange.upperBound(Math.floor((now - RETENTION) / DAY));
    for (let cursor = await contacts.openCursor(days); cursor; cursor = await cursor.continue()) {
      const records = unpackContacts(cursor.value);
      const kept = records.filter((record) => !isExpired(record, now));
      if (kept.length === records.length) continue;
      purged = true;
      await (kept.length === 0 ? cursor.delete() : cursor.update(packContacts(kept)));
    }
    await transaction.done;
    if (purged) this.#changed();
  }

  async #erase(
    ...names: ("contacts" | "keys" | "reports" | "outcome" | "settings" | "memory")[]
  ): Promise<void> {
    const transaction = this.#database.transaction(names, "readwrite");
    await Promise.all([...names.map((name) => transaction.objectStore(name).clear()), transaction.done]);
    this.#changed();
  }

  #changed(): void {
    this.#notify();
    this.#otherTabs.postMessage("changed");
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
