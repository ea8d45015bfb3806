import { filterFileOf } from "@tocsin/protocol/filter/batchFilter.ts";
import { sharedKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import { FilterError, type FilterMaker } from "../../ports/filterMaker.ts";

/** Makes filters at once, in the calling thread. `fails` makes it refuse. */
export class LocalFilters implements FilterMaker {
  fails = false;
  /** Filters that it was asked for. */
  asked = 0;

  make(...[batch]: Parameters<FilterMaker["make"]>): Promise<Uint8Array | undefined> {
    this.asked++;
    if (this.fails) return Promise.reject(new FilterError("the thread is away"));
    return Promise.resolve(filterFileOf(batch, sharedKernel()));
  }
}
