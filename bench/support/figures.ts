import { keccak256, toUtf8Bytes } from "ethers";

/** 32 bytes that look random and are the same in every run, so that gas does not change by itself. */
export const pseudoHash = (name: string): string => keccak256(toUtf8Bytes(name));

export const average = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
