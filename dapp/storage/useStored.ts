import { useEffect, useState } from "react";
import type { Store } from "./store.ts";

/**
 * Something stored, read again after every change; undefined until it has been read for the first time.
 * @param load the same function at every call
 */
export function useStored<T>(store: Store, load: (store: Store) => Promise<T>): T | undefined {
  const [value, setValue] = useState<{ read: T } | undefined>();
  useEffect(() => {
    let latest = 0;
    const read = (): void => {
      const turn = ++latest;
      // An erased database, or one closed for a newer page, has nothing more to show.
      load(store).then(
        (read) => turn === latest && setValue({ read }),
        () => undefined,
      );
    };
    read();
    const unsubscribe = store.subscribe(read);
    return () => {
      latest = Number.NaN;
      unsubscribe();
    };
  }, [store, load]);
  return value?.read;
}
