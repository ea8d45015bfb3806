import { formatEther } from "viem";
import { formatLocale, t } from "../i18n/i18n.ts";

const WEI_PER_ETHER = 10n ** 18n;
/** Digits after the point of a balance. */
const BALANCE_DIGITS = 6;
/** Digits of an amount that is only about right. */
const ABOUT_DIGITS = 3;

/** "0.25 ether": exactly. */
export function etherWords(wei: bigint): string {
  return words(wei, { maximumFractionDigits: 18 });
}

/** "9,999.997255 ether": a balance, rounded down, since nobody can spend more. */
export function balanceWords(wei: bigint): string {
  return words(wei, { maximumFractionDigits: BALANCE_DIGITS, roundingMode: "trunc" });
}

/** "about 0.000123 ether". */
export function aboutEtherWords(wei: bigint): string {
  return t("about {amount}", { amount: words(wei, { maximumSignificantDigits: ABOUT_DIGITS }) });
}

/** Reads an amount of ether as a person writes it, with a point or a comma; undefined where it is none, or zero. */
export function parseEtherAmount(text: string): bigint | undefined {
  const [, whole, fraction = ""] = /^\s*(\d{1,9})(?:[.,](\d{1,18}))?\s*$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const wei = BigInt(whole) * WEI_PER_ETHER + BigInt(fraction.padEnd(18, "0"));
  return wei === 0n ? undefined : wei;
}

function words(wei: bigint, options: Intl.NumberFormatOptions): string {
  // A decimal as text is formatted without going through a number, which has too few digits.
  const decimal = formatEther(wei) as `${number}`;
  return t("{amount} ether", { amount: new Intl.NumberFormat(formatLocale(), options).format(decimal) });
}
