import { useEffect, useState } from "react";
import { unixNow } from "../storage/clock.ts";

/** The time, unix seconds, kept up to the half-minute. */
export function useNow(): number {
  const [now, setNow] = useState(unixNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(unixNow()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
