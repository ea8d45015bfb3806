import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { useEffect, useRef, useState } from "react";
import type { Store } from "../storage/store.ts";
import { BridgeError } from "./bridgeError.ts";
import { obtainKeys } from "./obtainKeys.ts";

/** How the recorder's keys are had: only when somebody at it agrees. */
export interface KeyConsent {
  /** Until when the recorder waits, unix seconds; undefined before it was asked. */
  expiresAt: number | undefined;
  /** Resolves with whether the keys are stored, false when it was cancelled. @throws BridgeError */
  obtain: (windows: readonly TimeSpan[]) => Promise<boolean>;
  cancel: () => void;
}

/** Takes a request back that still waits when the screen is left. */
export function useKeyConsent(store: Store): KeyConsent {
  const [expiresAt, setExpiresAt] = useState<number>();
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const obtain = async (windows: readonly TimeSpan[]): Promise<boolean> => {
    const connection = await store.choices.recorder();
    if (!connection) throw new BridgeError("TOKEN_REFUSED", "this page was disconnected meanwhile");
    running.current = new AbortController();
    setExpiresAt(undefined);
    return obtainKeys(store, connection, windows, setExpiresAt, running.current.signal);
  };
  return { expiresAt, obtain, cancel: () => running.current?.abort() };
}
