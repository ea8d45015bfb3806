import { expect, it } from "vitest";
import { aboutEtherWords, balanceWords, etherWords, parseEtherAmount } from "./etherWords.ts";
import { periodWords } from "./periodWords.ts";

it("writes amounts exactly, balances rounded down and fees about", () => {
  expect(etherWords(1n)).toBe("0.000000000000000001 ether");
  expect(etherWords(123_456_789n * 10n ** 18n + 1n)).toBe("123,456,789.000000000000000001 ether");
  expect(balanceWords(1_999_999_999_999_999_999n)).toBe("1.999999 ether");
  expect(aboutEtherWords(123_456_789_012_345n)).toBe("about 0.000123 ether");
});

it("reads what a person writes as an amount, and nothing else", () => {
  expect(parseEtherAmount(" 0.5 ")).toBe(5n * 10n ** 17n);
  expect(parseEtherAmount("1,25")).toBe(125n * 10n ** 16n);
  expect(parseEtherAmount("0.000000000000000001")).toBe(1n);
  for (const no of [
    "",
    "0",
    "0.0",
    "-1",
    "1e3",
    ".5",
    "1.",
    "0x10",
    "1.0000000000000000001",
    "1 000",
    "1.000,5",
  ]) {
    expect(parseEtherAmount(no), no).toBeUndefined();
  }
});

it("says a period in the largest unit that says it exactly", () => {
  expect([7 * 86_400, 86_400, 90_000, 600, 5_400, 5].map(periodWords)).toEqual([
    ...["7 days", "1 day", "25 hours", "10 minutes", "90 minutes", "5 seconds"],
  ]);
});
