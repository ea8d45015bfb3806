import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import type { BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { purgeOutcome } from "../alerts/outcome.ts";
import { markedAt } from "../alerts/alertMark.ts";
import { isExpired, mergeContacts } from "../contacts/mergeContacts.ts";
import {
  packContacts,
  summarize,
  unpackContacts,
  type ContactSummary,
  type PackedContacts,
} from "../contacts/packedContacts.ts";
import { readConnection } from "../recorder/connection.ts";
import type { ContactPage } from "../recorder/answers.ts";
import { isExpiredKey } from "../report/expiredKey.ts";
import type { StoredKey } from "../report/mergeKeys.ts";
import type { OwnReport } from "../report/ownReport.ts";
import { Choices } from "./choices.ts";
import type { Database, StoreName } from "./database.ts";
import { Results } from "./results.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";

const DAY = 86_400;

/** The contact records in a transaction that writes. */
interface ContactsInTransaction {
  get(day: number): Promise<PackedContacts | undefined>;
  put(records: PackedContacts, day: number): Promise<unknown>;
}

/** What became of the records of an import. */
export interface Imported {
  added: number;
  duplicates: number;
  expired: number;
}

/** Everything that this page keeps, all of it on this device. Listeners hear of changes, also of those by other tabs. */
export class Store {
  /** Which logs are followed, and how the page behaves. */
  readonly choices: Choices;
  /** What checks found. */
  readonly results: Results;
  readonly #database: Database;
  readonly #listeners = new Set<() => void>();
  readonly #otherTabs = new BroadcastChannel("tocsin");

  constructor(database: Database) {
    this.#database = database;
    const changed = (): void => this.#changed();
    this.choices = new Choices(database, changed);
    this.results = new Results(database, changed);
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

  /** A day at a time, so that whoever has many waits for none of them. */
  async contactSummary(): Promise<ContactSummary> {
    let summary: ContactSummary = { count: 0 };
    const { store } = this.#database.transaction("contacts");
    for (let cursor = await store.openCursor(); cursor; cursor = await cursor.continue())
      summary = summarize([cursor.value], summary);
    return summary;
  }

  /**
   * Merges records into the stored ones and deletes what is past the retention period, stored or new.
   * @param now unix seconds
   */
  async importContacts(records: readonly ContactRecord[], now: number): Promise<Imported> {
    await this.purgeExpired(now);
    const transaction = this.#database.transaction("contacts", "readwrite");
    const imported = await mergeInto(transaction.store, records, now);
    await transaction.done;
    this.#changed();
    return imported;
  }

  /**
   * Merges what a recorder answered, as importContacts does, and keeps how far that goes, both or neither. Nothing is kept
   * where the user ended the connection with this token meanwhile, and no sighting that began before the user erased.
   * @param now unix seconds
   */
  async importFromRecorder(token: string, page: ContactPage, now: number): Promise<void> {
    await this.purgeExpired(now);
    const transaction = this.#database.transaction(["contacts", "choices"], "readwrite");
    const choices = transaction.objectStore("choices");
    const connection = readConnection(await choices.get("recorder"));
    if (connection?.token === token) {
      const { erasedAt = 0, records } = connection;
      const wanted = page.contacts.filter(({ firstSeen }) => firstSeen >= erasedAt);
      const { added } = await mergeInto(transaction.objectStore("contacts"), wanted, now);
      const followed = page.more ? {} : { followedAt: now };
      await choices.put(
        { ...connection, revision: page.revision, records: records + added, ...followed },
        "recorder",
      );
    }
    await transaction.done;
    this.#changed();
  }

  keys(): Promise<StoredKey[]> {
    return this.#database.getAll("keys");
  }

  /** @param now unix seconds */
  async importKeys(keys: readonly BroadcastKey[], now: number): Promise<Imported> {
    // They bring the curve, which a check's page has no use for.
    const { mergeKeys } = await import("../report/mergeKeys.ts");
    const { rvkHexOf } = await import("../report/ownReport.ts");
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

  /** Changes a report as it is then, unless the user erased it meanwhile. */
  async changeReport(leaf: string, change: (report: OwnReport) => OwnReport): Promise<void> {
    const transaction = this.#database.transaction("reports", "readwrite");
    const report = await transaction.store.get(leaf);
    if (report) await transaction.store.put(change(report));
    await transaction.done;
    this.#changed();
  }

  /**
   * Erases the contact records, and with them what checks found and remember, which tells of them.
   * @param now unix seconds
   */
  async eraseContacts(now: number): Promise<void> {
    // First, so that what is on its way from a recorder meanwhile is left out.
    const connection = await this.choices.recorder();
    if (connection)
      await this.choices.changeRecorder(connection.token, (each) => ({ ...each, erasedAt: now }));
    await this.#erase("contacts", "outcomes", "health", "marks", "memory");
  }

  async eraseKeys(): Promise<void> {
    await this.#erase("keys");
  }

  async eraseReports(): Promise<void> {
    await this.#erase("reports");
  }

  async eraseEverything(): Promise<void> {
    await this.#erase("contacts", "keys", "reports", "choices", "outcomes", "health", "marks", "memory");
  }

  /**
   * Deletes contact records, also of outcomes, marks of alerts, broadcast keys and remembered batches past the retention
   * period.
   * @param now unix seconds
   */
  async purgeExpired(now: number): Promise<void> {
    const transaction = this.#database.transaction(
      ["contacts", "keys", "memory", "outcomes", "marks"],
      "readwrite",
    );
    const batches = transaction.objectStore("memory").index("anchoredAt");
    const oldBatches = IDBKeyRange.upperBound(now - RETENTION, true);
    for await (const batch of batches.iterate(oldBatches)) await batch.delete();
    const contacts = transaction.objectStore("contacts");
    const keys = transaction.objectStore("keys");
    const oldKeys = (await keys.getAll()).filter((key) => isExpiredKey(key, now));
    await Promise.all(oldKeys.map((key) => keys.delete(toHex(key.rak))));
    let purged = oldKeys.length > 0;
    const outcomes = transaction.objectStore("outcomes");
    for (let cursor = await outcomes.openCursor(); cursor; cursor = await cursor.continue()) {
      const recent = purgeOutcome(cursor.value, now);
      if (recent === cursor.value) continue;
      purged = true;
      await (recent ? cursor.update(recent) : cursor.delete());
    }
    const marks = transaction.objectStore("marks");
    for (const mark of await marks.getAll()) {
      // The exposure that it is about was over before, so it is gone by then.
      if (markedAt(mark) < now - RETENTION) await marks.delete(mark.id);
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

  async #erase(...names: StoreName[]): Promise<void> {
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

/** Merges records into the stored days. */
async function mergeInto(
  store: ContactsInTransaction,
  records: readonly ContactRecord[],
  now: number,
): Promise<Imported> {
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
  return imported;
}
