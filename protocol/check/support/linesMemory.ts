import type { CheckMemory, Remembered, RememberedBatch } from "../memory.ts";
import { formatMemory, formatRememberedBatch, parseMemory } from "../memoryLines.ts";

/** A memory that goes through its lines, as every kept one does. */
export class LinesMemory implements CheckMemory {
  lines: string[] = [];

  load(): Promise<Remembered | undefined> {
    return Promise.resolve(this.lines.length === 0 ? undefined : parseMemory(this.lines).remembered);
  }

  begin(remembered: Remembered): Promise<void> {
    this.lines = [...formatMemory(remembered)];
    return Promise.resolve();
  }

  addBatch(batch: RememberedBatch): Promise<void> {
    this.lines.push(formatRememberedBatch(batch));
    return Promise.resolve();
  }
}
