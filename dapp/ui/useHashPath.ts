import { useSyncExternalStore } from "react";
import { navigate, useHashLocation } from "wouter/use-hash-location";

/**
 * Which screen the address names: the path after its #. What follows a ? there is the screen's, which gets it by
 * wouter's useSearch: unlike an ordinary query it is never sent to a server.
 */
export function useHashPath(): [path: string, go: typeof navigate] {
  const [location] = useHashLocation();
  return [location.split("?", 1)[0]!, navigate];
}

useHashPath.hrefs = (path: string): string => `#${path}`;

useHashPath.searchHook = useHashQuery;

function useHashQuery(): string {
  return useSyncExternalStore(subscribe, hashQuery);
}

function hashQuery(): string {
  const { hash } = window.location;
  return hash.includes("?") ? hash.slice(hash.indexOf("?")) : "";
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}
