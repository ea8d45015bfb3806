import type { Page } from "playwright-core";

/** How many records each store of the page's IndexedDB holds. */
export function storedCounts(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
      });
    const database = await asked(indexedDB.open("tocsin"));
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names);
    const counts = names.map(async (name) => [name, await asked(transaction.objectStore(name).count())]);
    const all = Object.fromEntries(await Promise.all(counts)) as Record<string, number>;
    database.close();
    return all;
  });
}
