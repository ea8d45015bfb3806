import { plainFetch } from "./plainFetch.ts";
import { readJson } from "./readJson.ts";
import { readSource, type Source } from "./source.ts";

const MAX_BYTES = 65_536;

/** What this site's operator suggests. A site may suggest nothing; one whose file cannot be read has a problem. */
export interface SiteDefaults {
  source?: Source;
  problem?: string;
}

/** Reads ./tocsin.json of the page's own origin. Never rejects: without it, the user enters the settings. */
export async function loadSiteDefaults(): Promise<SiteDefaults> {
  try {
    const response = await plainFetch("./tocsin.json", { cache: "no-cache" });
    // A host that answers every address with the page itself has no such file.
    if (!response.ok || !response.headers.get("content-type")?.includes("json")) return {};
    const read = readSource(await readJson(response, MAX_BYTES));
    if ("source" in read) return read;
    return {
      problem: Object.entries(read.errors)
        .map(([field, error]) => `${field}: ${error}`)
        .join(" "),
    };
  } catch (error) {
    return navigator.onLine ? { problem: error instanceof Error ? error.message : String(error) } : {};
  }
}
