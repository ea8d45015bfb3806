import { proxy, wrap, type Remote } from "comlink";
import type { ExportKind } from "./exportData.ts";
import type { FilesWorker } from "./files.worker.ts";
import type { ImportKind, ImportResult } from "./importData.ts";

const importing = new Set<() => void>();

/**
 * Imports a file in a worker of its own. It goes on while the user looks at other screens.
 * @param onProgress is told how many bytes were read
 * @returns undefined when it was cancelled
 */
export function importFile(
  kind: ImportKind,
  file: Blob,
  onProgress: (bytes: number) => void,
): Promise<ImportResult | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const cancel = (): void => resolve(undefined);
  importing.add(cancel);
  return inWorker((worker) =>
    Promise.race([worker.import(kind, file, proxy(onProgress)), promise]).finally(() =>
      importing.delete(cancel),
    ),
  );
}

/** Ends every import: what is not in storage yet comes into it no more. */
export function cancelImports(): void {
  for (const cancel of importing) cancel();
}

/** What is stored, as a file, made in a worker of its own. */
export function exportFile(kind: ExportKind): Promise<Blob> {
  return inWorker((worker) => worker.export(kind));
}

async function inWorker<T>(run: (worker: Remote<FilesWorker>) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL("./files.worker.ts", import.meta.url), { type: "module", name: "files" });
  const crashed = new Promise<never>((_, reject) => {
    worker.addEventListener("error", ({ message }) =>
      reject(new Error(message || "the worker did not start")),
    );
  });
  try {
    return await Promise.race([run(wrap<FilesWorker>(worker)), crashed]);
  } finally {
    worker.terminate();
  }
}
