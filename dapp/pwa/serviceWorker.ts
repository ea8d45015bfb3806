// Keeps the page's own files, so that it opens offline. What RPC, gateways and relayer answer never comes by here.

interface OwnFile {
  url: string;
  /** Null where the file's name changes with its content. */
  revision: string | null;
}

interface LastingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface RequestEvent extends LastingEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerScope {
  /** The build puts the list of files here. */
  __WB_MANIFEST: OwnFile[];
  clients: { claim(): Promise<void> };
  registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

declare const self: WorkerScope;

/** What the site suggests is asked for anew at every start; no longer than this where there is an older answer. */
const PATIENCE_MS = 4_000;

const { scope } = self.registration;
const addressOf = (path: string): string => new URL(path, scope).href;
const SITE = addressOf("tocsin.json");
const ASSETS = addressOf("assets/");

// Some hosts redirect from index.html, and a redirected answer opens no page.
const files = self.__WB_MANIFEST.map(({ url, revision }) => ({
  address: addressOf(url === "index.html" ? "./" : url),
  revision,
}));

/** Other pages may share the origin, and with it the caches. */
const prefix = `tocsin ${scope} `;
const SITE_CACHE = `${prefix}site`;
const VERSIONS = `${prefix}files `;
/** A file's name changes those that name it, down to index.html, which has a revision. */
const VERSION = VERSIONS + files.map(({ revision }) => revision ?? "").join("");

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOldVersions()));
self.addEventListener("message", ({ data }) => {
  if (data === "take over") void self.skipWaiting();
  if (data === "serve") void self.clients.claim();
});
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

/** All files of this version, or it is not installed. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(VERSION);
  const keep = async ({ address, revision }: (typeof files)[number]): Promise<void> => {
    const known = revision === null ? await caches.match(address) : undefined;
    const response = known ?? (await fetch(address, revision === null ? {} : { cache: "no-cache" }));
    if (!response.ok) throw new Error(`${address} cannot be had: status ${response.status}`);
    await cache.put(address, response);
  };
  const site = askSite(new Request(SITE, { cache: "no-cache", credentials: "omit" })).catch(() => undefined);
  await Promise.all([...files.map(keep), site]);
}

/** The version before stays: a page of it may still be open in another tab, and load its parts later. */
async function forgetOldVersions(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(VERSIONS) && name !== VERSION);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** Undefined for everything that is not a file of this page: the browser asks for it as ever. */
function answerTo(request: Request): Promise<Response> | undefined {
  if (request.method !== "GET") return undefined;
  const { origin, pathname } = new URL(request.url);
  const address = origin + pathname;
  if (address === SITE) return askSite(request);
  if (address.startsWith(ASSETS)) return keptAsset(request, address);
  const own = address === addressOf("index.html") ? scope : address;
  return files.some((file) => file.address === own) ? keptFile(request, own) : undefined;
}

/** A file whose name says which version it is of; those that few people need are kept once they were asked for. */
async function keptAsset(request: Request, address: string): Promise<Response> {
  const kept = await caches.match(address);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(VERSION)).put(address, response.clone());
  return response;
}

/** A file that has the same name in every version. */
async function keptFile(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(VERSION);
  return (await cache.match(address)) ?? fetch(request);
}

/** What the site suggests now, or else what it last did. */
async function askSite(request: Request): Promise<Response> {
  const cache = await caches.open(SITE_CACHE);
  const last = await cache.match(SITE);
  let response: Response;
  try {
    response = await fetch(request, last ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
  } catch (error) {
    if (last) return last;
    throw error;
  }
  if (response.status >= 500 && last) return last;
  if (response.ok) await cache.put(SITE, response.clone());
  else await cache.delete(SITE);
  return response;
}

export {};
