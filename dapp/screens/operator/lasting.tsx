import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

const Used = createContext<(isUsed: boolean) => void>(() => undefined);

/**
 * Shows its one transaction while there is a reason to offer it, and beyond that until the person has closed what became
 * of it: once it is mined, the chain often gives no reason any more.
 */
export function Lasting({ when, children }: { when: boolean; children: ReactNode }) {
  const [isUsed, setUsed] = useState(false);
  return when || isUsed ? <Used value={setUsed}>{children}</Used> : null;
}

/** Says whether the transaction is being made or has an outcome to show. */
export function useLasting(isUsed: boolean): void {
  const say = useContext(Used);
  useEffect(() => {
    say(isUsed);
  }, [say, isUsed]);
}
