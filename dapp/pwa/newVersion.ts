const listeners = new Set<() => void>();
let waiting: ServiceWorker | undefined;

/**
 * Has the browser keep this page's files, so that it opens offline, and watches for a newer version of them. Never
 * rejects: where the browser refuses, the page works as long as it is online.
 */
export async function keepPage(): Promise<void> {
  // The development server's files change all the time.
  if (import.meta.env.DEV || !("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("./serviceWorker.js", {
      updateViaCache: "none",
    });
    const look = (): void => {
      // The first version of all waits for nobody.
      if (registration.waiting && navigator.serviceWorker.controller) announce(registration.waiting);
    };
    look();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
    const { active } = await navigator.serviceWorker.ready;
    // The page of a first visit: its other screens are there too if it goes offline before it is opened again.
    if (!navigator.serviceWorker.controller) active?.postMessage("serve");
  } catch {
    // Private windows and some settings refuse service workers.
  }
}

function announce(worker: ServiceWorker): void {
  waiting = worker;
  for (const listener of listeners) listener();
}

export function subscribeToNewVersion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a newer version is ready. It takes over once no tab shows this one any more, or when it is told to. */
export function isNewVersionReady(): boolean {
  return waiting !== undefined;
}

/** Loads this page anew in the newer version. Other tabs go on as they are. */
export function takeNewVersion(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage("take over");
}
