import { TocsinError } from "../errors.ts";

/** A line that could not be read. `line` counts from 1. */
export interface LineError {
  line: number;
  code: string;
  message: string;
}

/** What could be read of a JSON Lines file, and what could not. */
export interface ParsedLines<T> {
  records: T[];
  errors: LineError[];
}

/**
 * Reads one record a line; blank lines are passed over. A broken line costs only itself.
 * @param parse throws TocsinError for a line that is no record
 */
export function parseLines<T>(text: string, parse: (line: string) => T): ParsedLines<T> {
  const records: T[] = [];
  const errors: LineError[] = [];
  text.split(/\r?\n/).forEach((content, index) => {
    if (content.trim() === "") return;
    try {
      records.push(parse(content));
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      errors.push({ line: index + 1, code: error.code, message: error.message });
    }
  });
  return { records, errors };
}
