import { isAddress } from "viem";
import { t } from "../i18n/i18n.ts";
import { WalletProblemError } from "./walletProblem.ts";

/** Reads an account's or a contract's address as it was entered. @throws WalletProblemError, also for a wrong checksum */
export function readAddress(text: string): `0x${string}` {
  const address = text.trim();
  if (!isAddress(address)) {
    throw new WalletProblemError(
      t("This is no address: it is 0x and 40 digits of hex. Copy it again, a digit may be wrong."),
    );
  }
  return address.toLowerCase() as `0x${string}`;
}
