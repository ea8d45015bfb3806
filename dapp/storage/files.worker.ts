import { expose } from "comlink";
import { openDatabase } from "./database.ts";
import { exportData, type ExportKind } from "./exportData.ts";
import { importData, type ImportKind, type ImportResult } from "./importData.ts";
import { Store } from "./store.ts";

/** Reads and writes files of hundreds of thousands of lines while the page goes on; the page hears of changes as of another tab's. */
const worker = {
  async import(kind: ImportKind, file: Blob, onProgress: (bytes: number) => void): Promise<ImportResult> {
    return importData(new Store(await openDatabase()), kind, file, onProgress);
  },
  async export(kind: ExportKind): Promise<Blob> {
    return exportData(await openDatabase(), kind);
  },
};

export type FilesWorker = typeof worker;

expose(worker);
