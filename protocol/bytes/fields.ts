import { TocsinError, type ErrorCode } from "../errors.ts";
import { fromHex } from "./hex.ts";

/** Typed access to JSON from outside: every miss is a TocsinError of one code that names the field. */
export class Fields {
  readonly #value: Record<string, unknown>;
  readonly #code: ErrorCode;
  readonly #path: string;

  /** @throws the given code when `value` is no plain object */
  constructor(value: unknown, code: ErrorCode, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TocsinError(code, `${path} must be a JSON object`);
    }
    this.#value = value as Record<string, unknown>;
    this.#code = code;
    this.#path = path;
  }

  #fail(key: string, wanted: string): never {
    throw new TocsinError(this.#code, `${this.#path}.${key} must be ${wanted}`);
  }

  has(key: string): boolean {
    return this.#value[key] !== undefined && this.#value[key] !== null;
  }

  string(key: string): string {
    const value = this.#value[key];
    return typeof value === "string" ? value : this.#fail(key, "a string");
  }

  /** A whole number from `min` to `max`, both included. */
  uint(key: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value[key];
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      this.#fail(key, `a whole number from ${min} to ${max}`);
    }
    return value as number;
  }

  /** A finite number >= 0, or undefined where it is left out. */
  optionalPositive(key: string): number | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#value[key];
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0) this.#fail(key, "a number >= 0");
    return value;
  }

  hex(key: string, length?: number): Uint8Array {
    return this.#hex(this.#value[key], key, length);
  }

  hexList(key: string, length: number, maxItems: number): Uint8Array[] {
    const value = this.#value[key];
    if (!Array.isArray(value) || value.length > maxItems) this.#fail(key, `a list of at most ${maxItems}`);
    return value.map((item: unknown, i) => this.#hex(item, `${key}[${i}]`, length));
  }

  /** A list of whole numbers >= 0. */
  uints(key: string): number[] {
    const value = this.#value[key];
    if (!Array.isArray(value) || !value.every((item) => Number.isSafeInteger(item) && item >= 0)) {
      this.#fail(key, "a list of whole numbers");
    }
    return value as number[];
  }

  object(key: string): Fields {
    return new Fields(this.#value[key], this.#code, `${this.#path}.${key}`);
  }

  objects(key: string): Fields[] {
    const value = this.#value[key];
    if (!Array.isArray(value)) this.#fail(key, "a list");
    return value.map((item: unknown, i) => new Fields(item, this.#code, `${this.#path}.${key}[${i}]`));
  }

  #hex(value: unknown, key: string, length?: number): Uint8Array {
    try {
      return fromHex(value, `${this.#path}.${key}`, length);
    } catch (error) {
      throw new TocsinError(this.#code, (error as Error).message, { cause: error });
    }
  }
}

/** JSON.parse that throws the given code. */
export function parseJson(text: string, code: ErrorCode, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new TocsinError(code, `${name} is not JSON`, { cause: error });
  }
}
