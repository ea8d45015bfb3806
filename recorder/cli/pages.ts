import { Pairings, type Pairing } from "../bridge/pairings.ts";
import { askRecorder } from "../control/client.ts";
import type { DataFolder } from "../control/dataFolder.ts";
import type { ControlStatus } from "../control/server.ts";
import { throughOrDirectly } from "./directly.ts";

/** The paired pages, whether or not a recorder is running. */
export function listPages(folder: DataFolder): Promise<Pairing[]> {
  return throughOrDirectly(
    folder,
    async () => (await askRecorder<ControlStatus>(folder.socket, "GET", "/status")).pages,
    () => Pairings.open(folder.pairings).list(),
  );
}

/** Ends pairings, whether or not a recorder is running. */
export function endPairings(folder: DataFolder, pages: readonly Pairing[]): Promise<void> {
  return throughOrDirectly(
    folder,
    async () => {
      for (const { origin } of pages) {
        await askRecorder(folder.socket, "DELETE", `/pairings/${encodeURIComponent(origin)}`);
      }
    },
    () => {
      const pairings = Pairings.open(folder.pairings);
      for (const { origin } of pages) pairings.remove(origin);
    },
  );
}
