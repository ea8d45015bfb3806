import { readSource, type Source } from "../sync/source.ts";
import { sourceLink } from "../sync/sourceLink.ts";

/**
 * The address of the screen that follows a log that was just opened, with it filled in.
 * @param uri where its relayer can be reached: reports go there and batches come from there, if it is an address at all
 */
export function newLogLink(log: Omit<Source, "name" | "gateways" | "relayer">, uri: string): string {
  const source = { ...log, name: "", gateways: [uri], relayer: uri };
  const isWhole = "source" in readSource(source);
  return sourceLink(isWhole ? source : { ...source, gateways: [], relayer: "" }, "");
}
