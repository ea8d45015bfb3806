import type { Batch } from "@tocsin/protocol/batch/file.ts";

/** Makes the filters that batches publish. */
export interface FilterMaker {
  /**
   * The filter file of a batch, always the same for the same reports. Whether the filter's own entry is among the
   * entries changes nothing.
   * @returns undefined for a batch that has none, as filterFileOf
   * @throws FilterError
   */
  make(batch: Batch): Promise<Uint8Array | undefined>;
}

/** There is no filter now; asked again, there may be one. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  readonly code = "FILTER_UNAVAILABLE";
}
