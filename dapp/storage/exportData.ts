import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { formatBroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { unpackContacts, type PackedContacts } from "../contacts/packedContacts.ts";
import type { StoredKey } from "../report/mergeKeys.ts";
import type { OwnReport } from "../report/ownReport.ts";
import { unixNow } from "./clock.ts";
import type { Database } from "./database.ts";

export type ExportKind = "contacts" | "keys" | "reports" | "everything";

/** What is stored, as a file. */
export async function exportData(database: Database, kind: ExportKind): Promise<Blob> {
  switch (kind) {
    case "contacts":
      return new Blob((await database.getAll("contacts")).map(linesOfDay), { type: "application/jsonl" });
    case "keys": {
      const usable = (await database.getAll("keys")).filter(isUsable);
      return new Blob([asLines(usable.map(formatBroadcastKey))], { type: "application/jsonl" });
    }
    case "reports":
      return new Blob([asLines((await database.getAll("reports")).map(hexOf))], { type: "text/plain" });
    case "everything":
      return new Blob([JSON.stringify(await everythingIn(database), inJson)], { type: "application/json" });
  }
}

function linesOfDay(day: PackedContacts): string {
  return asLines(unpackContacts(day).map(formatContactRecord));
}

/** A key that a report disclosed must not come back as one that could be used. */
function isUsable({ retiredAt }: StoredKey): boolean {
  return retiredAt === undefined;
}

function hexOf({ bytes }: OwnReport): string {
  return toHex(bytes);
}

function asLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

async function everythingIn(database: Database): Promise<object> {
  const transaction = database.transaction(database.objectStoreNames);
  const named = async (name: "choices" | "outcomes" | "health" | "memory"): Promise<object[]> => {
    const store = transaction.objectStore(name);
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
    // With its token, whoever has the file could ask the recorder.
    return keys.map((key, i) => ({ key, value: values[i] })).filter(({ key }) => key !== "recorder");
  };
  const contacts = (await transaction.objectStore("contacts").getAll()).flatMap(unpackContacts);
  return {
    format: "tocsin-export",
    version: 1,
    exportedAt: unixNow(),
    contacts,
    keys: await transaction.objectStore("keys").getAll(),
    reports: await transaction.objectStore("reports").getAll(),
    choices: await named("choices"),
    outcomes: await named("outcomes"),
    health: await named("health"),
    marks: await transaction.objectStore("marks").getAll(),
    memory: await named("memory"),
  };
}

/** Bytes as hex, and numbers that JSON has no room for as text. */
function inJson(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === "bigint" ? String(value) : value;
}
