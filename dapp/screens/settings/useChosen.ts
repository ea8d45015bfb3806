import { useState } from "react";
import type { Preferences } from "../../sync/preferences.ts";
import { usePage } from "../context.ts";

export type Chosen = { [K in keyof Preferences]?: Preferences[K] | undefined };

/** The preferences as the user has just chosen them, also before storage has them, and what chooses. */
export function useChosen(): [chosen: Preferences, choose: (some: Chosen) => Promise<void>] {
  const { store, preferences } = usePage();
  const [stored, setStored] = useState(preferences);
  const [pending, setPending] = useState<Chosen>({});
  if (stored !== preferences) {
    setStored(preferences);
    setPending({});
  }
  const choose = (some: Chosen): Promise<void> => {
    setPending((others) => ({ ...others, ...some }));
    return store.choices.savePreferences(some);
  };
  return [{ ...preferences, ...pending } as Preferences, choose];
}
